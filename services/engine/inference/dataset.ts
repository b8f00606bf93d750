import type { InputFile } from '#contract/backend.ts';
import { openNpz } from '#engine/formats/npz/open.ts';
import type { OnnxPort } from '#engine/formats/onnx/model.ts';
import { type InputArray, matchArrays } from './match-arrays.ts';
import type { TensorValue } from './tensor-value.ts';

type Batch = {
  /** Index of the first new sample of the batch. */
  readonly start: number;
  /** New samples in it. A graph of fixed batch size gets its last batch filled up from the front with `repeated` samples that it had before. */
  readonly count: number;
  readonly repeated: number;
  readonly feeds: ReadonlyMap<string, TensorValue>;
};

/** An .npz as input of a graph. Memory holds one batch at a time. */
export type Dataset = {
  /** Rows of the graph's first input. */
  readonly samples: number;
  /** The name of the array of class labels (integers of rank 1, one for each sample), if there is one. */
  readonly labels: string | null;
  batches(): AsyncIterable<Batch>;
  readLabels(): Promise<TensorValue | null>;
  close(): Promise<void>;
};

export type DatasetOptions = {
  readonly file: InputFile;
  readonly ports: readonly OnnxPort[];
  /** Samples in one run where the graph leaves its batch open; a fixed batch size of the graph wins. */
  readonly batchSize: number;
};

/**
 * Opens an .npz whose arrays have the names, types and shapes of the graph's inputs; other arrays are left alone.
 * Errors: CALIBRATION_MISMATCH with both names and both shapes; NOT_A_DATASET and CORRUPT_FILE from the file itself.
 */
export async function openDataset({ file, ports, batchSize }: DatasetOptions): Promise<Dataset> {
  const npz = await openNpz(file.path, file.name);
  const readRows = async (array: InputArray, start: number, count: number): Promise<TensorValue> => ({
    dtype: array.dtype,
    shape: [count, ...array.shape.slice(1)],
    bytes: await npz.readRows(array.name, start, count),
  });
  try {
    const { inputs, samples, step, labels } = matchArrays({ file, ports, arrays: npz.arrays, batchSize });
    return {
      samples,
      labels: labels?.name ?? null,
      async *batches() {
        for (let start = 0; start < samples; start += step) {
          const count = Math.min(step, samples - start);
          // Only a fixed batch size needs whole batches; the last one reaches back over samples of the one before.
          const repeated = inputs.some((input) => input.fixed) ? step - count : 0;
          const feeds = new Map<string, TensorValue>();
          for (const { array, rowsPerSample } of inputs) {
            const first = (start - repeated) * rowsPerSample;
            feeds.set(array.name, await readRows(array, first, (count + repeated) * rowsPerSample));
          }
          yield { start, count, repeated, feeds };
        }
      },
      readLabels: async () => (labels ? readRows(labels, 0, samples) : null),
      close: () => npz.close(),
    };
  } catch (error) {
    await npz.close();
    throw error;
  }
}
