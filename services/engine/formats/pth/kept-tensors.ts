import { elementCount } from '../element-count.ts';
import type { CheckpointTensor } from './checkpoint.ts';
import { tensor } from './pickle/build.ts';
import type { PyTensor, TensorStorage } from './pickle/value.ts';
import { viewKey } from './view-key.ts';

/**
 * Tensors of a checkpoint as they go into another file unchanged. Those that show the same elements in the same order
 * share a storage there too, so that tied weights stay tied. `read` is called when the writer reaches a storage.
 */
export function keptTensors(read: (tensor: CheckpointTensor) => Promise<Uint8Array>) {
  const storages = new Map<string, TensorStorage>();
  return (kept: CheckpointTensor): PyTensor => {
    const { shape, dtype } = kept;
    const key = viewKey(kept);
    const storage = storages.get(key) ?? { dtype, length: elementCount(shape), bytes: () => read(kept) };
    storages.set(key, storage);
    return tensor(shape, storage);
  };
}
