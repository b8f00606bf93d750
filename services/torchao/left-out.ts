import { formatBytes } from '#contract/format-bytes.ts';
import type { TorchaoSettings } from '#contract/recipe/torchao-request.ts';
import type { Checkpoint } from '#engine/formats/pth/checkpoint.ts';
import { listNames } from './list-names.ts';

/** Says how much of the file does not go into the result, and how it would. */
export function leftOut({ beside, rest }: Checkpoint, settings: TorchaoSettings): readonly string[] {
  if (settings.restOfCheckpoint === 'keep' || !beside || beside.bytes === 0) return [];
  const what = beside.names.length === 0 ? '' : ` (${listNames(beside.names)})`;
  const keeping = rest ? '; rest_of_checkpoint: keep keeps it in a .pth' : '';
  return [`${formatBytes(beside.bytes)} beside the weights${what} is left out and counts in no size${keeping}.`];
}
