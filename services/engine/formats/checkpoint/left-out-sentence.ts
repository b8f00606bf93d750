import { formatBytes } from '#contract/format-bytes.ts';
import { listNames } from '#contract/list-names.ts';
import type { Checkpoint } from '../pth/checkpoint.ts';

/**
 * Says how much of a checkpoint does not go into a result that holds its weights alone, and with `remedy` how it
 * would; null if all of it goes.
 */
export function leftOutSentence({ beside }: Checkpoint, remedy?: string): string | null {
  if (!beside || beside.bytes === 0) return null;
  const what = beside.names.length === 0 ? '' : ` (${listNames(beside.names)})`;
  return `${formatBytes(beside.bytes)} beside the weights${what} is left out and counts in no size${remedy ? `; ${remedy}` : ''}.`;
}
