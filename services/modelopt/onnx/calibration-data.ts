import type { InputFiles } from '#contract/backend.ts';
import { InputError } from '#contract/failure.ts';
import type { OnnxSettings } from '#contract/recipe/modelopt-onnx-request.ts';
import type { OnnxModel } from '#engine/formats/onnx/model.ts';
import { type Dataset, openDataset } from '#engine/inference/dataset.ts';
import type { TensorValue } from '#engine/inference/tensor-value.ts';
import { requireCalibration } from '../require-calibration.ts';
import { conventionsOf } from './conventions.ts';
import { namedShapes } from './named-shapes.ts';

/**
 * Samples in one run where the graph leaves its batch open: what the recipe says, or the batch of `calibration_shapes`.
 * A maximum over samples is the same however they are grouped; the threshold of entropy is not.
 */
export function batchSizeOf(model: OnnxModel, settings: OnnxSettings): number {
  const shapes = namedShapes('calibration_shapes', settings.calibration_shapes, model.graph.inputs);
  const first = [...shapes].sort(([a], [b]) => (a < b ? -1 : 1))[0]?.[1][0];
  return settings.batch_size ?? first ?? conventionsOf(settings).openBatch;
}

/** The calibration samples as input of the graph. Errors: CALIBRATION_MISSING, and those of `openDataset`. */
export function openCalibration(model: OnnxModel, files: InputFiles, batchSize: number): Promise<Dataset> {
  return openDataset({ file: requireCalibration(files), ports: model.graph.inputs, batchSize });
}

/** The first batch that calibration will run. Errors: those of `openCalibration`; CALIBRATION_MISMATCH without samples. */
export async function firstBatch(
  model: OnnxModel,
  files: InputFiles,
  batchSize: number,
): Promise<ReadonlyMap<string, TensorValue>> {
  const dataset = await openCalibration(model, files, batchSize);
  try {
    for await (const batch of dataset.batches()) return batch.feeds;
    throw new InputError('CALIBRATION_MISMATCH', `${requireCalibration(files).name} has no samples.`);
  } finally {
    await dataset.close();
  }
}
