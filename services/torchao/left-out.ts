import type { TorchaoSettings } from '#contract/recipe/torchao-request.ts';
import { leftOutSentence } from '#engine/formats/checkpoint/left-out-sentence.ts';
import type { Checkpoint } from '#engine/formats/pth/checkpoint.ts';

/** Says how much of the file does not go into the result, and how it would; null if all of it does. */
export function leftOut(checkpoint: Checkpoint, { restOfCheckpoint }: TorchaoSettings): string | null {
  if (restOfCheckpoint === 'keep') return null;
  return leftOutSentence(checkpoint, checkpoint.rest ? 'rest_of_checkpoint: keep keeps it in a .pth' : undefined);
}
