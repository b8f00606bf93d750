import type { InputFile } from '#contract/backend.ts';
import { InputError } from '#contract/failure.ts';
import { listNames } from '#contract/list-names.ts';
import { dtypes } from '#engine/formats/dtype.ts';
import { isNpy } from '#engine/formats/npy/is-npy.ts';
import { openNpy } from '#engine/formats/npy/open.ts';
import { openNpz } from '#engine/formats/npz/open.ts';
import type { OnnxPort } from '#engine/formats/onnx/model.ts';
import { type InputArray, labelName, type MatchedInput, matchArrays } from './match-arrays.ts';
import { missingLabels } from './missing-labels.ts';
import type { SampleSource } from './sample-source.ts';
import type { TensorValue } from './tensor-value.ts';

/**
 * Samples in an .npz whose arrays have the names, types and shapes of the graph's inputs (others are left alone), or in
 * the .npy of a graph with one input. A sample is a row.
 * Errors: CALIBRATION_MISMATCH with both names and both shapes; NOT_A_DATASET and CORRUPT_FILE from the file itself.
 */
export async function openArraySamples(file: InputFile, ports: readonly OnnxPort[]): Promise<SampleSource> {
  const opened = await openArrays(file, ports);
  try {
    const { inputs, samples, labels, inseparable } = matchArrays({ file, ports, arrays: opened.arrays });
    return {
      name: file.name,
      samples,
      random: false,
      inseparable,
      idOf: String,
      async read(wanted) {
        const spans = spansOf(wanted);
        const values = new Map<string, TensorValue>();
        for (const input of inputs) values.set(input.array.name, await readSpans(opened, input, spans));
        return values;
      },
      warnings: warnOfUnused(file, { arrays: opened.arrays, inputs, labels }),
      async readLabels() {
        if (!labels) throw missingLabels(file, { arrays: opened.arrays, ports, samples });
        return { dtype: labels.dtype, shape: [samples], bytes: await opened.readRows(labels.name, 0, samples) };
      },
      close: () => opened.close(),
    };
  } catch (error) {
    await opened.close();
    throw error;
  }
}

/** An array that is neither an input nor, by its name or its form, labels: perhaps one that was misspelt. */
function warnOfUnused(
  { name: file }: InputFile,
  {
    arrays,
    inputs,
    labels,
  }: { arrays: readonly InputArray[]; inputs: readonly MatchedInput[]; labels: InputArray | null },
): readonly string[] {
  const used = new Set([...inputs.map(({ array }) => array.name), labels?.name]);
  const unused = arrays.filter(({ name }) => !used.has(name) && !labelName.test(name)).map(({ name }) => name);
  if (unused.length === 0) return [];
  return [
    `${file} has ${unused.length === 1 ? 'an array' : 'arrays'} that the graph has no input for, and nothing reads: ${listNames(unused)}.`,
  ];
}

type Arrays = {
  readonly arrays: readonly InputArray[];
  readRows(name: string, start: number, count: number): Promise<Uint8Array<ArrayBuffer>>;
  close(): Promise<void>;
};

async function openArrays(file: InputFile, ports: readonly OnnxPort[]): Promise<Arrays> {
  if (!(await isNpy(file.path))) return openNpz(file.path, file.name);
  const [port, ...others] = ports;
  if (!port || others.length > 0)
    throw new InputError(
      'CALIBRATION_MISMATCH',
      `${file.name} holds one array, and the graph takes ${ports.length} inputs: ${ports.map(({ name }) => name).join(', ')}.`,
      { remedy: 'Save an .npz with an array for each: numpy.savez(path, **arrays).' },
    );
  const npy = await openNpy(file.path, file.name);
  return {
    arrays: [{ name: port.name, dtype: npy.dtype, shape: npy.shape }],
    readRows: (_, start, count) => npy.readRows(start, count),
    close: () => npy.close(),
  };
}

type Span = { readonly start: number; readonly count: number };

/** Runs of neighbours among increasing numbers. */
function spansOf(samples: readonly number[]): readonly Span[] {
  const spans: { start: number; count: number }[] = [];
  for (const sample of samples) {
    const last = spans.at(-1);
    if (last && last.start + last.count === sample) last.count++;
    else spans.push({ start: sample, count: 1 });
  }
  return spans;
}

async function readSpans(
  opened: Arrays,
  { array: { name, dtype, shape }, rowsPerSample }: MatchedInput,
  spans: readonly Span[],
): Promise<TensorValue> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  for (const { start, count } of spans)
    parts.push(await opened.readRows(name, start * rowsPerSample, count * rowsPerSample));
  const [only = new Uint8Array(0)] = parts;
  const bytes = parts.length > 1 ? concatenate(parts) : only;
  const rowBytes = shape.slice(1).reduce((product, dimension) => product * dimension, dtypes[dtype].bytes);
  return { dtype, shape: [rowBytes ? bytes.length / rowBytes : 0, ...shape.slice(1)], bytes };
}

/** In an ArrayBuffer of its own, over which typed arrays can be laid. */
function concatenate(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
