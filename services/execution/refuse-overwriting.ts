import { join } from 'node:path';
import type { InputFiles } from '#contract/backend.ts';
import { InputError } from '#contract/failure.ts';
import { inputAt } from './input-at.ts';

/** Refuses a folder in which a result would take the place of an input, under whatever name or link the input goes. */
export async function refuseOverwriting(files: InputFiles, folder: string, names: readonly string[]): Promise<void> {
  for (const name of names) {
    const input = await inputAt(files, join(folder, name));
    if (!input) continue;
    throw new InputError('UNSUPPORTED', `The result ${name} would take the place of the input ${input.name}`, {
      remedy: 'Choose another folder for the result.',
    });
  }
}
