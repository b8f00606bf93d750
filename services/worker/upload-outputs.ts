import { createReadStream } from 'node:fs';
import { lstat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Output } from '#bus/messages.ts';
import type { ArtifactStore } from '#storage/store.ts';

/** Puts what an attempt wrote under its own prefix, where nobody looks before the run has succeeded. */
export async function uploadOutputs(
  store: ArtifactStore,
  from: { readonly folder: string; readonly names: readonly string[] },
  prefix: string,
): Promise<Output[]> {
  const outputs: Output[] = [];
  for (const name of from.names) {
    const path = join(from.folder, name);
    // The process that named it read a stranger's file.
    if (basename(name) !== name || !(await lstat(path)).isFile()) throw new Error(`${name} is no output of an attempt`);
    const { key, bytes, sha256 } = await store.put(
      `${prefix}/${name}`,
      createReadStream(path, { highWaterMark: 2 ** 20 }),
    );
    outputs.push({ name, key, bytes, sha256 });
  }
  return outputs;
}
