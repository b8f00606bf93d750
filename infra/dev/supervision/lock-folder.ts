import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { commandOf } from './stale-process.ts';

/**
 * Takes a data folder for this process, so that two servers never share one store. Returns how to give it back.
 * A lock whose process is gone, or is another program by now, is taken over.
 */
export function lockFolder(folder: string): () => void {
  const path = join(folder, 'lock');
  const own = `${path}.${process.pid}`;
  // Written whole beside its place and linked there in one step: nobody sees a lock that does not say whose it is.
  writeFileSync(own, `${process.pid}\n`, { mode: 0o600 });
  try {
    for (let attempt = 0; attempt < 3; attempt++) {
      if (tryLink(own, path)) return () => rmSync(path, { force: true });
      const holder = read(path);
      if (holder !== process.pid && commandOf(holder).includes('start.mjs')) throw taken(folder, holder);
      discard(path, holder);
    }
    throw new Error(`The lock ${path} keeps coming back. If no Zeropoint runs on this folder, remove the file.`);
  } finally {
    rmSync(own, { force: true });
  }
}

/** Removes the lock that was found abandoned, and not one that another start has put in its place meanwhile. */
function discard(path: string, holder: number): void {
  const aside = `${path}.abandoned.${process.pid}`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if (isCode(error, 'ENOENT')) return;
    throw error;
  }
  if (!Object.is(read(aside), holder)) tryLink(aside, path);
  rmSync(aside, { force: true });
}

/** The process in a lock; NaN if the file is gone or says none. */
function read(path: string): number {
  try {
    return Number.parseInt(readFileSync(path, 'utf8'), 10);
  } catch (error) {
    if (isCode(error, 'ENOENT')) return Number.NaN;
    throw error;
  }
}

function tryLink(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (isCode(error, 'EEXIST')) return false;
    throw error;
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

function taken(folder: string, holder: number): Error {
  return new Error(
    `Zeropoint already runs on the data folder ${folder} (process ${holder}). Stop that one, or give this one a folder of its own: npm start -- --data DIR`,
  );
}
