import { closeSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { commandOf } from './stale-process.ts';

/**
 * Takes a data folder for this process, so that two servers never share one store. Returns how to give it back.
 * A lock whose process is gone, or is another program by now, is taken over.
 */
export function lockFolder(folder: string): () => void {
  const path = join(folder, 'lock');
  for (let attempt = 0; attempt < 2; attempt++) {
    const descriptor = tryCreate(path);
    if (descriptor !== undefined) {
      writeSync(descriptor, `${process.pid}\n`);
      closeSync(descriptor);
      return () => rmSync(path, { force: true });
    }
    const holder = Number.parseInt(readFileSync(path, 'utf8'), 10);
    if (holder !== process.pid && commandOf(holder).includes('start.mjs')) {
      throw new Error(
        `Zeropoint already runs on the data folder ${folder} (process ${holder}). Stop that one, or give this one a folder of its own: npm start -- --data DIR`,
      );
    }
    rmSync(path, { force: true });
  }
  throw new Error(`The lock ${path} keeps coming back. If no Zeropoint runs on this folder, remove the file.`);
}

function tryCreate(path: string): number | undefined {
  try {
    return openSync(path, 'wx', 0o600);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return undefined;
    throw error;
  }
}
