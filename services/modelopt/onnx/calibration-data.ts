import type { InputFiles } from '#contract/backend.ts';
import { InputError } from '#contract/failure.ts';
import type { OnnxSettings } from '#contract/recipe/modelopt-onnx-request.ts';
import type { OnnxModel } from '#engine/formats/onnx/model.ts';
import { type Dataset, datasetOf, openDataset } from '#engine/inference/dataset.ts';
import { randomSamples } from '#engine/inference/random-samples.ts';
import type { TensorValue } from '#engine/inference/tensor-value.ts';
import { requireCalibration } from '../require-calibration.ts';
import { conventionsOf } from './conventions.ts';
import { namedShapes } from './named-shapes.ts';

type CalibrationRequest = { readonly files: InputFiles; readonly settings: OnnxSettings };

/** Samples in one run where the graph leaves its batch open, for a look at shapes. */
export function batchSizeOf(model: OnnxModel, settings: OnnxSettings): number {
  return askedBatchSize(model, settings) ?? conventionsOf(settings).openBatch;
}

/**
 * What the recipe says, or the batch of `calibration_shapes`; null: calibration takes what suits its method. A maximum
 * over samples is the same however they are grouped; the threshold of entropy is not.
 */
export function askedBatchSize(model: OnnxModel, settings: OnnxSettings): number | null {
  const shapes = namedShapes('calibration_shapes', settings.calibration_shapes, model.graph.inputs);
  const first = [...shapes].sort(([a], [b]) => (a < b ? -1 : 1))[0]?.[1][0];
  return settings.batch_size ?? first ?? null;
}

/**
 * The calibration samples as input of the graph, or noise if there are none and the recipe allows it.
 * Errors: CALIBRATION_MISSING, and those of `openDataset`.
 */
export async function openCalibration(
  model: OnnxModel,
  { files, settings }: CalibrationRequest,
  batchSize: number | null,
): Promise<Dataset> {
  const ports = model.graph.inputs;
  const { seed, max_samples: most } = settings;
  if (!files.calibration && settings.random_calibration)
    return datasetOf(randomSamples(ports, seed), { ports, batchSize });
  const draw = most === null ? {} : { draw: { most, seed } };
  return openDataset({ file: requireCalibration(files), ports, batchSize, ...draw });
}

/** The first batch that calibration will run. Errors: those of `openCalibration`; CALIBRATION_MISMATCH without samples. */
export async function firstBatch(
  model: OnnxModel,
  request: CalibrationRequest,
  batchSize: number,
): Promise<ReadonlyMap<string, TensorValue>> {
  const dataset = await openCalibration(model, request, batchSize);
  try {
    for await (const batch of dataset.batches()) return batch.feeds;
    throw new InputError('CALIBRATION_MISMATCH', `${dataset.name} has no samples.`);
  } finally {
    await dataset.close();
  }
}
