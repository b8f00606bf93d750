import type { InputFile } from '#contract/backend.ts';
import type { Checkpoint } from '../pth/checkpoint.ts';
import { openModel } from './open-model.ts';

/** Opens the weights of a model for as long as `use` runs. Errors: those of `openModel`, and what `use` throws. */
export async function withCheckpoint<T>(model: InputFile, use: (checkpoint: Checkpoint) => Promise<T>): Promise<T> {
  const checkpoint = await openModel(model);
  try {
    return await use(checkpoint);
  } finally {
    await checkpoint.close();
  }
}
