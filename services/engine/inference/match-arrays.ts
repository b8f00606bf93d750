import type { InputFile } from '#contract/backend.ts';
import { InputError } from '#contract/failure.ts';
import type { Dtype } from '#engine/formats/dtype.ts';
import type { OnnxPort } from '#engine/formats/onnx/model.ts';

export type InputArray = { readonly name: string; readonly dtype: Dtype; readonly shape: readonly number[] };

export type MatchedArrays = {
  readonly samples: number;
  /** Samples that go together because some input has less than a row for each; 1 otherwise. */
  readonly inseparable: number;
  readonly inputs: readonly MatchedInput[];
  readonly labels: InputArray | null;
};

export type MatchedInput = {
  readonly array: InputArray;
  /** Rows of the array that belong to one sample: 1, unless inputs have different batch dimensions. */
  readonly rowsPerSample: number;
};

/**
 * Which array feeds which input. A sample is a row of the first input (in the order of
 * names, as ModelOpt has it); an input of the same number of rows goes along row by row, one with fewer or more in
 * proportion.
 * Errors: CALIBRATION_MISMATCH, naming array and input with both shapes.
 */
export function matchArrays(data: {
  file: InputFile;
  ports: readonly OnnxPort[];
  arrays: readonly InputArray[];
}): MatchedArrays {
  const { file, ports, arrays } = data;
  const pairs = byName(ports).map((port) => ({ port, array: findArray(port, arrays, file.name) }));
  const first = pairs[0];
  if (!first) throw new InputError('UNSUPPORTED', 'The graph has no inputs, so there is nothing to feed it with.');
  const samples = first.array.shape[0] ?? 0;
  if (samples === 0)
    throw new InputError(
      'CALIBRATION_MISMATCH',
      `${first.array.name} in ${file.name} has no samples: its shape is ${show(first.array.shape)}.`,
    );

  const step = fixedBatchOf(ports) ?? 1;
  if (step > samples) {
    throw new InputError(
      'CALIBRATION_MISMATCH',
      `The graph takes ${step} samples at a time as ${first.port.name} ${showPort(first.port)}; ${file.name} has ${samples}.`,
    );
  }
  const inputs = pairs.map(({ port, array }) => {
    const rows = array.shape[0] ?? 0;
    const fixed = fixedRows(port);
    const rowsPerSample = rows === samples ? 1 : fixed !== null ? fixed / step : rows / samples;
    const enough =
      rows === samples ||
      (fixed !== null ? rows >= fixed * Math.floor(samples / step) : Number.isInteger(rowsPerSample));
    if (!enough) {
      throw new InputError(
        'CALIBRATION_MISMATCH',
        `${array.name} in ${file.name} has ${rows} rows where ${first.array.name} has ${samples}; they must go together.`,
      );
    }
    return { array, rowsPerSample };
  });
  const inseparable = inputs.every(({ rowsPerSample }) => Number.isInteger(rowsPerSample)) ? 1 : step;
  return {
    samples: samples - (samples % inseparable),
    inseparable,
    labels: findLabels({ arrays, ports, samples }),
    inputs,
  };
}

/** Samples that the graph takes in one run, if it says: rows of its first input, or one where only others are fixed. */
export function fixedBatchOf(ports: readonly OnnxPort[]): number | null {
  const [first, ...others] = byName(ports);
  if (!first) return null;
  return fixedRows(first) ?? (others.some((port) => fixedRows(port) !== null) ? 1 : null);
}

function byName(ports: readonly OnnxPort[]): readonly OnnxPort[] {
  return [...ports].sort((a, b) => (a.name < b.name ? -1 : 1));
}

function findArray(port: OnnxPort, arrays: readonly InputArray[], file: string): InputArray {
  const array = arrays.find((candidate) => candidate.name === port.name);
  if (!array) {
    throw new InputError(
      'CALIBRATION_MISMATCH',
      `The graph takes ${port.name} ${showPort(port)}, and ${file} has no array of that name; it has ${arrays.map((one) => `${one.name} ${one.dtype} ${show(one.shape)}`).join(', ') || 'none at all'}.`,
      { remedy: `Name the array ${port.name}: numpy.savez("${file}", **{"${port.name}": samples}).` },
    );
  }
  if (array.dtype !== port.dtype || !fits(port, array.shape)) {
    throw new InputError(
      'CALIBRATION_MISMATCH',
      `${array.name} in ${file} is ${array.dtype} ${show(array.shape)}; the graph takes ${port.name} as ${showPort(port)}${misfits(port, array.shape)}.`,
      { remedy: remedyOf(port, array) },
    );
  }
  return array;
}

/** What NumPy converts, where only the type is wrong. */
function remedyOf(port: OnnxPort, { name, dtype, shape }: InputArray): string {
  if (!fits(port, shape) || !port.dtype)
    return 'The first dimension counts samples; the others and the type must be the graph’s.';
  const bytes =
    dtype === 'uint8' && port.dtype.startsWith('float')
      ? ' Normalize them as the network was trained, too: bytes go from 0 to 255, and most networks take (samples / 255 − mean) / std.'
      : '';
  return `Save it as the type that the graph takes: ${name} = samples.astype("${port.dtype}").${bytes}`;
}

/** Dimensions that the graph fixes and the data has otherwise; those that it leaves open are what the data has. */
function misfits(port: OnnxPort, shape: readonly number[]): string {
  if (port.shape?.length !== shape.length) return '';
  const wrong = port.shape.flatMap((dimension, axis) =>
    axis > 0 && typeof dimension === 'number' && dimension !== shape[axis]
      ? [`dimension ${axis} is ${shape[axis]} instead of ${dimension}`]
      : [],
  );
  return wrong.length > 0 ? `: ${wrong.join(', ')}` : '';
}

function fits(port: OnnxPort, shape: readonly number[]): boolean {
  if (port.shape === null) return true;
  if (port.shape.length === 0 || port.shape.length !== shape.length) return false;
  return port.shape.every(
    (dimension, axis) => axis === 0 || typeof dimension !== 'number' || dimension === shape[axis],
  );
}

function findLabels(data: {
  arrays: readonly InputArray[];
  ports: readonly OnnxPort[];
  samples: number;
}): InputArray | null {
  const inputs = new Set(data.ports.map((port) => port.name));
  const candidates = data.arrays.filter(
    ({ name, dtype, shape }) =>
      !inputs.has(name) && /^u?int/.test(dtype) && shape.length === 1 && shape[0] === data.samples,
  );
  return candidates.find(({ name }) => labelName.test(name)) ?? candidates[0] ?? null;
}

/** How people call labels. */
export const labelName = /label|target|^y$/i;

function fixedRows(port: OnnxPort): number | null {
  const rows = port.shape?.[0];
  return typeof rows === 'number' && rows > 0 ? rows : null;
}

function showPort(port: OnnxPort): string {
  return `${port.dtype ?? 'an unsupported type'} ${port.shape ? show(port.shape.map((dimension) => dimension ?? '?')) : 'of any shape'}`;
}

function show(shape: readonly (number | string)[]): string {
  return `[${shape.join(', ')}]`;
}
