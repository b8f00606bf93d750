import { createHash } from 'node:crypto';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { InputFiles } from '#contract/backend.ts';
import { InputError } from '#contract/failure.ts';
import { inputsOf } from './inputs-of.ts';

/**
 * Notes how the inputs are now; what it returns throws CORRUPT_FILE if one has become another since. A result made
 * from half of one file and half of another would look like any other.
 */
export async function refuseChanged(files: InputFiles): Promise<() => Promise<void>> {
  const inputs = inputsOf(files).map(({ file }) => file);
  const before = await Promise.all(inputs.map(({ path }) => stateOf(path)));
  return async () => {
    for (const [i, { path, name }] of inputs.entries()) {
      if ((await stateOf(path)) === before[i]) continue;
      throw new InputError('CORRUPT_FILE', `${name} changed while it was being read`, {
        remedy: 'Run again when nothing writes to it any more.',
      });
    }
  };
}

async function stateOf(path: string): Promise<string> {
  const found = await stat(path, { bigint: true }).catch(() => null);
  if (!found) return 'gone';
  const own = [found.dev, found.ino, found.size, found.mtimeNs].join();
  return found.isDirectory() ? `${own} ${await stateInside(path)}` : own;
}

/** Of all that is in a folder, as one digest. */
async function stateInside(folder: string): Promise<string> {
  const hash = createHash('sha256');
  for (const inside of (await readdir(folder, { recursive: true })).sort()) {
    const found = await stat(join(folder, inside), { bigint: true }).catch(() => null);
    hash.update(`${inside} ${found ? [found.ino, found.size, found.mtimeNs].join() : 'gone'}\n`);
  }
  return hash.digest('hex');
}
