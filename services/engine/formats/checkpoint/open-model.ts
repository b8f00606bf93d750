import type { InputFile } from '#contract/backend.ts';
import type { Checkpoint } from '../pth/checkpoint.ts';
import { openCheckpoint } from '../pth/open.ts';
import { openSafetensors } from '../safetensors/open.ts';
import { stateDictOf } from '../safetensors/state-dict.ts';
import { openShards } from './open-shards.ts';
import { sniffWeights } from './sniff-weights.ts';

/**
 * Opens weights in whatever way they are kept, by their bytes: a .pth of any kind, a .safetensors, or the index of a
 * model in several of either. Runs nothing in them; elements stay on disk until `read`. The caller closes it.
 * Errors are `InputError`s.
 */
export async function openModel(file: InputFile): Promise<Checkpoint> {
  const checkpoint = await openers[await sniffWeights(file)](file);
  return checkpoint.container === 'safetensors' ? stateDictOf(checkpoint, file.name) : checkpoint;
}

const openers = {
  pth: ({ path, name }: InputFile) => openCheckpoint(path, name),
  safetensors: ({ path, name }: InputFile) => openSafetensors(path, name),
  shards: openShards,
} as const;
