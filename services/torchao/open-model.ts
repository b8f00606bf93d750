import type { InputFile } from '#contract/backend.ts';
import type { Checkpoint } from '#engine/formats/pth/checkpoint.ts';
import { openCheckpoint } from '#engine/formats/pth/open.ts';

/** Opens the checkpoint for as long as `use` runs. */
export async function withCheckpoint<T>(model: InputFile, use: (checkpoint: Checkpoint) => Promise<T>): Promise<T> {
  const checkpoint = await openCheckpoint(model.path, model.name);
  try {
    return await use(checkpoint);
  } finally {
    await checkpoint.close();
  }
}
