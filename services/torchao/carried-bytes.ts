import type { TorchaoSettings } from '#contract/recipe/torchao-request.ts';
import type { Checkpoint } from '#engine/formats/pth/checkpoint.ts';

/** The file without the storages that the result leaves out: what the result's size is compared with. */
export function carriedBytes({ bytes, beside }: Checkpoint, settings: TorchaoSettings): number {
  return settings.restOfCheckpoint === 'keep' ? bytes : bytes - (beside?.bytes ?? 0);
}
