import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { InputFiles } from '#contract/backend.ts';
import { InputError } from '#contract/failure.ts';
import { inputsOf } from './inputs-of.ts';

/** Refuses a folder in which a result would take the place of an input, under whatever name or link the input goes. */
export async function refuseOverwriting(files: InputFiles, folder: string, names: readonly string[]): Promise<void> {
  for (const name of names) {
    const there = await stat(join(folder, name)).catch(() => null);
    if (!there) continue;
    for (const { file } of inputsOf(files)) {
      const input = await stat(file.path);
      if (input.dev !== there.dev || input.ino !== there.ino) continue;
      throw new InputError('UNSUPPORTED', `The result ${name} would take the place of the input ${file.name}`, {
        remedy: 'Choose another folder for the result.',
      });
    }
  }
}
