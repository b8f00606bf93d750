import { stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { InputFile } from '#contract/backend.ts';
import { InputError } from '#contract/failure.ts';

/**
 * The files of a model's shards, in their order: those that were given with the index, or else the ones beside it.
 * Errors: NOT_A_MODEL, naming the first that is missing.
 */
export async function shardFiles(index: InputFile, shards: readonly string[]): Promise<readonly InputFile[]> {
  if (index.parts) {
    const given = new Map(index.parts.map((part) => [part.name, part]));
    return shards.map((shard) => given.get(shard) ?? missing(index, shard, 'was not given with it'));
  }
  const folder = dirname(index.path);
  return Promise.all(
    shards.map(async (name) => {
      const path = join(folder, name);
      const found = await stat(path).catch(() => null);
      return found?.isFile() ? { path, name } : missing(index, name, found ? 'is not a file' : 'is not beside it');
    }),
  );
}

function missing(index: InputFile, shard: string, why: string): never {
  throw new InputError('NOT_A_MODEL', `${index.name} names the shard ${shard}, which ${why}.`, {
    remedy: 'All shards belong into one folder with their index.',
  });
}
