import type { InputFile } from '#contract/backend.ts';
import { openWith } from '../byte-source.ts';
import { shardFiles } from './shard-files.ts';
import { readShardIndex } from './shard-index.ts';
import { sniffWeights } from './sniff-weights.ts';

/** A model with the files that it consists of: an index gets the shards beside it as its parts. Errors: those of the index; NOT_A_MODEL. */
export async function withShards(file: InputFile): Promise<InputFile> {
  if ((await sniffWeights(file)) !== 'shards') return file;
  const { shards } = await openWith(file.path, file.name, async (source) => {
    const index = await readShardIndex(source);
    await source.close();
    return index;
  });
  return { ...file, parts: await shardFiles(file, shards) };
}
