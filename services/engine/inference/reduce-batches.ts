import { InputError } from '#contract/failure.ts';
import type { CalibrationData } from '#contract/outcome.ts';
import type { OnnxModel } from '#engine/formats/onnx/model.ts';
import { createDataRecord } from './data-record.ts';
import type { Batch, Dataset } from './dataset.ts';
import { locateNotFinite } from './not-finite.ts';
import type { ObserveOptions } from './observation.ts';

export type BatchReduction = {
  readonly model: OnnxModel;
  /** Looked through for the sample that gave a value that is not finite. */
  readonly tensors: readonly string[];
  /** Forgets what was seen. */
  begin(): void;
  /** False if a value is not finite and may not be. */
  look(batch: Batch): Promise<boolean>;
};

/**
 * Goes through all samples for reductions that do not depend on how samples are grouped, in batches of a size that is
 * fast. Errors: CALIBRATION_MISMATCH, naming the sample and the tensor, where `look` says so.
 */
export async function reduceBatches(reduction: BatchReduction, options: ObserveOptions): Promise<CalibrationData> {
  const size = await batchSizeFor(options.dataset);
  return lookAtAll(reduction, options, size).catch((error: unknown) => {
    // A graph may say that its batch is open and yet hold the shape of a single sample.
    if (size === undefined || !(error instanceof InputError && error.code === 'CORRUPT_FILE')) throw error;
    return lookAtAll(reduction, options, 1);
  });
}

async function lookAtAll(
  { model, tensors, begin, look }: BatchReduction,
  options: ObserveOptions,
  batchSize: number | undefined,
): Promise<CalibrationData> {
  const { dataset, signal } = options;
  const record = createDataRecord(dataset);
  begin();
  for await (const batch of dataset.batches(batchSize)) {
    signal.throwIfAborted();
    if (!(await look(batch))) throw await locateNotFinite(model, tensors, { batch, options });
    record.add(batch);
    options.onProgress((batch.start + batch.count) / dataset.samples);
  }
  return record.data();
}

const mostInRun = 32;
const bytesInRun = 1 << 23;

/** Large batches where samples are small, so that a run is worth its start. */
async function batchSizeFor(dataset: Dataset): Promise<number | undefined> {
  if (dataset.batchSize !== null || dataset.fixedBatch !== null) return undefined;
  const [first] = dataset.cut(dataset.samples);
  const { feeds } = await dataset.read({ start: 0, count: Math.min(1, first?.count ?? 0), repeated: 0 });
  const sampleBytes = [...feeds.values()].reduce((sum, { bytes }) => sum + bytes.length, 0);
  return Math.min(mostInRun, Math.max(1, Math.floor(bytesInRun / Math.max(1, sampleBytes))));
}
