import type { CheckpointTensor } from '../../formats/pth/checkpoint.ts';
import { isFloating } from '../../numerics/as-float32.ts';

export const weightSuffix = '.weight';

/** A tensor that a graph may hold in another form: named `weight`, of floating point numbers, of rank 2 and more. */
export function isWeight(tensor: CheckpointTensor): boolean {
  return tensor.name.endsWith(weightSuffix) && tensor.shape.length >= 2 && isFloating(tensor.dtype);
}
