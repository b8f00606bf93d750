import { leftOutSentence } from '#engine/formats/checkpoint/left-out-sentence.ts';
import { loneShard } from '#engine/formats/checkpoint/lone-shard.ts';
import type { Network } from './network.ts';

/** What a person ought to know of the files before the run. `model` is what the user calls the checkpoint. */
export function warningsOf({ checkpoint, companion }: Network, model: string): readonly string[] {
  const said = [loneShard(model), leftOutSentence(checkpoint), ...companion.warnings, lostPrefix(companion.prefix)];
  return said.filter((sentence) => sentence !== null);
}

function lostPrefix(prefix: string): string | null {
  if (prefix === '') return null;
  return `Names lose the prefix “${prefix}”, which the companion graph does not have: restore the result into the network that was exported.`;
}
