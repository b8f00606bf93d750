import type { InputFile } from '#contract/backend.ts';
import type { Checkpoint } from './checkpoint.ts';
import { openCheckpoint } from './open.ts';

/** Opens a .pth for as long as `use` runs. Errors: those of `openCheckpoint`, and what `use` throws. */
export async function withCheckpoint<T>(model: InputFile, use: (checkpoint: Checkpoint) => Promise<T>): Promise<T> {
  const checkpoint = await openCheckpoint(model.path, model.name);
  try {
    return await use(checkpoint);
  } finally {
    await checkpoint.close();
  }
}
