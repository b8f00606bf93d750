import { mkdir, mkdtemp, readdir, rename, rm, rmdir, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { ownMark } from './process-mark.ts';
import { refuseObstructed } from './refuse-obstructed.ts';
import { removeAbandoned } from './remove-abandoned.ts';
import { stagePrefix } from './stage-name.ts';

/**
 * Lets `make` write into a hidden folder inside `folder`, which is made if it is missing, and moves all of it out
 * together. If anything fails, `folder` holds what it held before, and is gone if it was not there. What a run that
 * was killed has left in `folder` goes first, and what `replaces` names beside the files that come out, with them.
 */
export async function inStagedFolder<T>(
  folder: string,
  make: (stage: string) => Promise<T>,
  replaces: (names: readonly string[]) => Promise<readonly string[]> = async () => [],
): Promise<T> {
  const made = await makeFolders(resolve(folder));
  try {
    await removeAbandoned(folder);
    const stage = await mkdtemp(join(folder, stagePrefix(ownMark())));
    try {
      const result = await make(stage);
      const names = await readdir(stage);
      await refuseObstructed(folder, names);
      const replaced = await replaces(names);
      for (const name of names) await rename(join(stage, name), join(folder, name));
      // The stage has none of them, and goes with all that is in it.
      for (const name of replaced) await rename(join(folder, name), join(stage, name)).catch(() => undefined);
      return result;
    } finally {
      await rm(stage, { recursive: true, force: true });
    }
  } catch (error) {
    // Innermost first; one in which somebody else has put something meanwhile stays.
    for (const path of made.toReversed()) await rmdir(path).catch(() => undefined);
    throw error;
  }
}

/** The folders that had to be made, outermost first. `mkdir`'s own recursion never ends where a parent takes no folders (/proc). */
async function makeFolders(path: string): Promise<readonly string[]> {
  const known = await stat(path).catch(() => null);
  if (known?.isDirectory()) return [];
  const parent = dirname(path);
  const made = known === null && parent !== path ? await makeFolders(parent) : [];
  try {
    await mkdir(path);
  } catch (error) {
    for (const one of made.toReversed()) await rmdir(one).catch(() => undefined);
    throw error;
  }
  return [...made, path];
}
