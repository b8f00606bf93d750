import type { Checkpoint } from '../formats/pth/checkpoint.ts';

/**
 * TAO quantizes the network inside a Lightning module and saves that, so names lose the `model.` that stands in
 * front of every one of them; '' where nothing does.
 */
export function lightningPrefix({ producer, wrapper, tensors }: Checkpoint): string {
  const lightning = wrapper.length > 0 && producer?.startsWith('pytorch-lightning');
  return lightning && tensors.every(({ name }) => name.startsWith('model.')) ? 'model.' : '';
}
