import { InputError } from '#contract/failure.ts';
import type { Checkpoint } from '../pth/checkpoint.ts';
import type { ShardIndex } from './shard-index.ts';
import { wholeName } from './whole-name.ts';

export type Shard = { readonly name: string; readonly checkpoint: Checkpoint };

/** Refuses shards that hold other tensors than their index says, naming the first: CORRUPT_FILE. `name` is that of the index. */
export function checkShards(shards: readonly Shard[], { shardOf }: ShardIndex, name: string): void {
  const found = new Map<string, string>();
  for (const shard of shards) {
    const names = new Set(shard.checkpoint.tensors.map((tensor) => wholeName(tensor.name, shard.checkpoint)));
    for (const tensor of names) {
      const other = found.get(tensor);
      if (other !== undefined) throw refusal(`The tensor “${tensor}” is in two shards: ${other} and ${shard.name}.`);
      found.set(tensor, shard.name);
    }
  }
  for (const [tensor, shard] of found) {
    const said = shardOf.get(tensor);
    if (said === undefined)
      throw refusal(`The shard ${shard} holds the tensor “${tensor}”, which ${name} does not name.`);
    if (said !== shard)
      throw refusal(`The tensor “${tensor}” is in the shard ${shard}, but ${name} says that it is in ${said}.`);
  }
  for (const [tensor, shard] of shardOf) {
    if (!found.has(tensor)) throw refusal(`The shard ${shard} has no tensor “${tensor}”, although ${name} says so.`);
  }
}

function refusal(message: string): InputError {
  return new InputError('CORRUPT_FILE', message, {
    remedy: 'The index and the shards are of different models, or one of them is damaged: copy or download them again.',
  });
}
