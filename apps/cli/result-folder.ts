import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { InputError } from '#contract/failure.ts';

/** What is there already of the files that a result will replace. Errors: UNSUPPORTED if the folder, or a part of its path, is a file. */
export async function replacedIn(folder: string, names: readonly string[]): Promise<readonly string[]> {
  const found = await stat(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOTDIR') throw notFolder(`A part of the path --out ${folder} is a file`);
    return null;
  });
  if (found === null) return [];
  if (!found.isDirectory()) throw notFolder(`--out takes a folder, and a file of that name is there: ${folder}`);
  const there = await Promise.all(names.map((name) => stat(join(folder, name)).catch(() => null)));
  return names.filter((_, index) => there[index] !== null);
}

function notFolder(message: string): InputError {
  return new InputError('UNSUPPORTED', message, { remedy: 'Name a folder; it is made if it is missing.' });
}
