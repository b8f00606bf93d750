import { InputError } from '#contract/failure.ts';
import { type ByteSource, corrupt, overLimit } from '../byte-source.ts';
import { limits } from '../limits.ts';
import { checkJson } from '../safetensors/check-json.ts';

/** What `model.safetensors.index.json` and its like say: which file of a model in several holds a tensor. */
export type ShardIndex = {
  /** Names of files beside the index, in their order. */
  readonly shards: readonly string[];
  /** Name of a tensor to name of a shard. */
  readonly shardOf: ReadonlyMap<string, string>;
};

const HEAD_BYTES = 1 << 20;

/** By its beginning: JSON that speaks of a `weight_map`. */
export async function isShardIndex(source: ByteSource): Promise<boolean> {
  const head = Buffer.from(await source.read(0, Math.min(source.size, HEAD_BYTES))).toString('latin1');
  return /^\s*\{/.test(head) && head.includes('"weight_map"');
}

/** Errors: CORRUPT_FILE, LIMIT_EXCEEDED; UNSAFE_FILE for a shard that is called otherwise than a file in the same folder is. */
export async function readShardIndex(source: ByteSource): Promise<ShardIndex> {
  if (source.size > limits.shardIndexBytes)
    throw overLimit(source, `has ${source.size} bytes; an index of at most ${limits.shardIndexBytes} is read.`);
  const shardOf = new Map<string, string>();
  for (const [tensor, shard] of Object.entries(parseWeightMap(source, await source.read(0, source.size)))) {
    if (typeof shard !== 'string') throw corrupt(source, `does not say which file holds the tensor “${tensor}”.`);
    shardOf.set(tensor, shard);
  }
  if (shardOf.size === 0) throw corrupt(source, 'names no tensors.');
  if (shardOf.size > limits.checkpointTensors)
    throw overLimit(source, `names ${shardOf.size} tensors; at most ${limits.checkpointTensors} are read.`);
  const shards = [...new Set(shardOf.values())].sort();
  if (shards.length > limits.shards)
    throw overLimit(source, `names ${shards.length} shards; at most ${limits.shards} are read.`);
  for (const shard of shards) checkName(source, shard);
  return { shards, shardOf };
}

function parseWeightMap(source: ByteSource, bytes: Uint8Array): object {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    checkJson(text, limits.checkpointTensors);
    const index: unknown = JSON.parse(text);
    const map = typeof index === 'object' && index !== null ? Reflect.get(index, 'weight_map') : undefined;
    if (typeof map === 'object' && map !== null && !Array.isArray(map)) return map;
  } catch (cause) {
    throw corrupt(source, `is no index in JSON (${cause instanceof Error ? cause.message : cause}).`);
  }
  throw corrupt(source, 'has no weight_map that says which file holds which tensor.');
}

/** A shard is a file in the folder of its index and no other place: no separator of any system, no `..`, nothing unprintable. */
function checkName(source: ByteSource, shard: string): void {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused.
  if (/^[^/\\:\u0000-\u001f\u007f]{1,255}$/.test(shard) && shard !== '.' && shard !== '..') return;
  throw new InputError(
    'UNSAFE_FILE',
    `${source.name} names a shard ${JSON.stringify(shard.slice(0, 80))}, which is no name of a file beside it.`,
    { remedy: 'Put all shards into the folder of their index, and name them without a path.' },
  );
}
