import type { CheckpointTensor } from './checkpoint.ts';

/** The same for tensors that show the same elements of one storage in the same order, as tied weights do. The storage's key comes last: it may be any text. */
export function viewKey({ storageKey, storageOffset, shape, strides, dtype }: CheckpointTensor): string {
  return `${dtype} ${shape} ${strides} ${storageOffset} ${storageKey}`;
}
