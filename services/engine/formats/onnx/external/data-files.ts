import { lstat, realpath, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { InputFile } from '#contract/backend.ts';
import { InputError } from '#contract/failure.ts';
import { limits } from '../check/limits.ts';

/** A file that holds data of tensors. `path` is the file itself, with no link on the way to it. */
export type DataFile = { readonly path: string; readonly name: string; readonly size: number };

/**
 * The files at `locations`, which `readReference` has found to be plain: those that were given with the model, or else
 * the ones in its folder.
 * Errors: NOT_A_MODEL, naming all that are missing; UNSAFE_FILE for a link or what is no regular file; LIMIT_EXCEEDED.
 */
export async function findDataFiles(
  model: InputFile,
  locations: ReadonlySet<string>,
): Promise<ReadonlyMap<string, DataFile>> {
  if (locations.size > limits.dataFiles) {
    throw new InputError(
      'LIMIT_EXCEEDED',
      `${model.name} keeps its data in ${locations.size} other files; at most ${limits.dataFiles} are read.`,
    );
  }
  const find = model.parts ? givenFile(model.parts) : fileBeside(model);
  const found = new Map<string, DataFile>();
  const missing: string[] = [];
  for (const location of locations) {
    const file = await find(location);
    if (file) found.set(location, file);
    else missing.push(location);
  }
  if (missing.length === 0) return found;
  const shown = missing.slice(0, 5).join(', ') + (missing.length > 5 ? ` and ${missing.length - 5} more` : '');
  throw new InputError(
    'NOT_A_MODEL',
    `${model.name} keeps weights in other files, and ${missing.length} of ${locations.size} ${model.parts ? 'were not given with it' : 'are not beside it'}: ${shown}.`,
    { remedy: 'All files of the model belong together, under the names that it knows them by.' },
  );
}

type Find = (location: string) => Promise<DataFile | null>;

function givenFile(parts: readonly InputFile[]): Find {
  const given = new Map(parts.map((part) => [part.name, part]));
  return async (location) => {
    const part = given.get(location);
    if (!part) return null;
    const { size } = await stat(part.path);
    return { path: await realpath(part.path), name: location, size };
  };
}

function fileBeside(model: InputFile): Find {
  return async (location) => {
    let path = await realpath(dirname(model.path));
    let found = await lstat(path);
    for (const name of location.split('/')) {
      path = join(path, name);
      const next = await lstat(path).catch(() => null);
      if (!next) return null;
      if (next.isSymbolicLink()) throw unsafe(model, location, 'which is a symbolic link or lies behind one');
      found = next;
    }
    if (!found.isFile()) throw unsafe(model, location, 'which is no regular file');
    return { path, name: location, size: found.size };
  };
}

function unsafe(model: InputFile, location: string, why: string): InputError {
  return new InputError('UNSAFE_FILE', `${model.name} keeps its data in ${location}, ${why}.`, {
    remedy: 'Put the files themselves into one folder with the model.',
  });
}
