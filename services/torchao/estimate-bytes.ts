import { dtypes } from '#engine/formats/dtype.ts';
import { elementCount } from '#engine/formats/element-count.ts';
import type { CheckpointTensor } from '#engine/formats/pth/checkpoint.ts';

/** Bytes of a pickled tensor and its zip entries beside its elements, about what torch.save needs. */
const entryBytes = { plain: 330, int8: 1150 };

/** Size of the result, from shapes and dtypes: an INT8 weight keeps a float32 scale and an int8 zero point for each row. */
export function estimateBytes(tensors: readonly CheckpointTensor[], quantized: ReadonlySet<CheckpointTensor>): number {
  return tensors.reduce((total, tensor) => total + tensorBytes(tensor, quantized.has(tensor)), 1000);
}

function tensorBytes({ shape, dtype }: CheckpointTensor, quantized: boolean): number {
  const elements = elementCount(shape);
  return quantized
    ? elements + (shape[0] ?? 0) * 5 + entryBytes.int8
    : elements * dtypes[dtype].bytes + entryBytes.plain;
}
