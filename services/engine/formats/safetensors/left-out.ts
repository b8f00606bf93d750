import type { CheckpointTensor } from '../pth/checkpoint.ts';

/**
 * Tensors that `safetensors.torch.save_model` left out because they show the same memory as another: its metadata
 * name the one that was kept. They are given back, so that tied weights read as a .pth of the same model has them.
 */
export function leftOutTensors(
  metadata: ReadonlyMap<string, string>,
  tensors: ReadonlyMap<string, CheckpointTensor>,
): ReadonlyMap<string, CheckpointTensor> {
  const found = new Map<string, CheckpointTensor>();
  for (const [name, kept] of metadata) {
    const tensor = name === 'format' || tensors.has(name) ? undefined : tensors.get(kept);
    if (tensor) found.set(name, tensor);
  }
  return found;
}
