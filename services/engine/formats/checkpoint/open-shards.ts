import type { InputFile } from '#contract/backend.ts';
import { openWith } from '../byte-source.ts';
import type { Checkpoint } from '../pth/checkpoint.ts';
import { openCheckpoint } from '../pth/open.ts';
import { openSafetensors } from '../safetensors/open.ts';
import { checkShards, type Shard } from './check-shards.ts';
import { joinShards } from './join-shards.ts';
import { shardFiles } from './shard-files.ts';
import { readShardIndex } from './shard-index.ts';
import { sniffWeights } from './sniff-weights.ts';

/** Opens a model in several files by its index, as one checkpoint; all files are open until it is closed. Errors are `InputError`s. */
export async function openShards(file: InputFile): Promise<Checkpoint> {
  const { index, indexBytes } = await openWith(file.path, file.name, async (source) => {
    const read = { index: await readShardIndex(source), indexBytes: source.size };
    await source.close();
    return read;
  });
  const opened: Shard[] = [];
  try {
    for (const shard of await shardFiles(file, index.shards)) {
      const open = (await sniffWeights(shard)) === 'safetensors' ? openSafetensors : openCheckpoint;
      opened.push({ name: shard.name, checkpoint: await open(shard.path, shard.name) });
    }
    checkShards(opened, index, file.name);
    return joinShards(opened, indexBytes);
  } catch (error) {
    await Promise.all(opened.map(({ checkpoint }) => checkpoint.close()));
    throw error;
  }
}
