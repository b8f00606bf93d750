import type { TorchaoSettings } from '#contract/recipe/torchao-request.ts';
import { bytesOfWeights } from '#engine/formats/pth/bytes-of-weights.ts';
import type { Checkpoint } from '#engine/formats/pth/checkpoint.ts';

/** What of the model's files goes into the result: what its size is compared with. */
export function carriedBytes(checkpoint: Checkpoint, { restOfCheckpoint }: TorchaoSettings): number {
  return restOfCheckpoint === 'keep' ? checkpoint.bytes : bytesOfWeights(checkpoint);
}
