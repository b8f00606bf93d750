import type { InputFile } from '#contract/backend.ts';
import { InputError } from '#contract/failure.ts';
import { dtypes } from '#engine/formats/dtype.ts';
import type { OnnxModel, OnnxPort } from '#engine/formats/onnx/model.ts';
import { elementCount } from '#engine/formats/onnx/tensor.ts';
import { openDataset } from '#engine/inference/dataset.ts';
import type { TensorValue } from '#engine/inference/tensor-value.ts';

/**
 * What ModelOpt runs once to learn shapes: the first calibration batch, which is one sample where the graph leaves
 * its batch open (so that there every Gemm looks like a matrix-vector product, and is left out). Without calibration
 * data, which a plan may lack, zeros of the same shape: only shapes are taken from the run.
 */
export async function firstSample(
  model: OnnxModel,
  calibration: InputFile | undefined,
): Promise<ReadonlyMap<string, TensorValue>> {
  const ports = model.graph.inputs;
  if (!calibration) return new Map(ports.map((port) => [port.name, zeros(port)]));
  const dataset = await openDataset({ file: calibration, ports, batchSize: 1 });
  try {
    for await (const batch of dataset.batches()) return batch.feeds;
    throw new InputError('CALIBRATION_MISMATCH', `${calibration.name} has no samples.`);
  } finally {
    await dataset.close();
  }
}

const largestSample = 2 ** 30;

function zeros(port: OnnxPort): TensorValue {
  const { dtype, name } = port;
  if (dtype === null || port.shape === null) {
    throw new InputError(
      'UNSUPPORTED',
      `The graph does not say type and shape of its input ${name}; a plan for it needs calibration data.`,
    );
  }
  const shape = port.shape.map((dimension) => (typeof dimension === 'number' ? dimension : 1));
  const bytes = elementCount(shape) * dtypes[dtype].bytes;
  if (bytes > largestSample)
    throw new InputError(
      'LIMIT_EXCEEDED',
      `One batch of the input ${name} [${shape.join(', ')}] would take ${bytes} bytes; the limit is ${largestSample}.`,
    );
  return { dtype, shape, bytes: new Uint8Array(bytes) };
}
