import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { InputError } from '#contract/failure.ts';

/** Refuses a folder in which a directory has the name of a result: a file cannot take its place. Errors: UNSUPPORTED. */
export async function refuseObstructed(folder: string, names: readonly string[]): Promise<void> {
  for (const name of names) {
    const there = await lstat(join(folder, name)).catch(() => null);
    if (there?.isDirectory())
      throw new InputError('UNSUPPORTED', `The folder for the result has a directory called ${name}`, {
        remedy: 'Remove it, or choose another folder for the result.',
      });
  }
}
