import type { InputFile } from '#contract/backend.ts';
import { InputError } from '#contract/failure.ts';
import type { OnnxModel } from '#engine/formats/onnx/model.ts';
import { openDataset } from '#engine/inference/dataset.ts';
import type { TensorValue } from '#engine/inference/tensor-value.ts';

/**
 * What ModelOpt runs once to learn shapes: the first calibration batch, which is one sample where the graph leaves
 * its batch open (so that there every Gemm looks like a matrix-vector product, and is left out).
 */
export async function firstSample(model: OnnxModel, calibration: InputFile): Promise<ReadonlyMap<string, TensorValue>> {
  const dataset = await openDataset({ file: calibration, ports: model.graph.inputs, batchSize: 1 });
  try {
    for await (const batch of dataset.batches()) return batch.feeds;
    throw new InputError('CALIBRATION_MISMATCH', `${calibration.name} has no samples.`);
  } finally {
    await dataset.close();
  }
}
