import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';

export type FileDigest = {
  readonly name: string;
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
};

/** What is read is digested while it is still in the cache of this core: larger chunks take four times as long to read. */
const chunkBytes = 128 * 1024;
/** Chunks between two pauses in which other work goes on: about two milliseconds. */
const chunksAtOnce = 16;

/** Size and SHA-256 of a file, read once. `name` is what the user calls it. Errors: the file's own; the signal's reason. */
export async function digestFile(path: string, name: string, signal?: AbortSignal): Promise<FileDigest> {
  const fd = openSync(path, 'r');
  try {
    const hash = createHash('sha256');
    const buffer = Buffer.allocUnsafeSlow(chunkBytes);
    let bytes = 0;
    for (let chunk = 1; ; chunk++) {
      const read = readSync(fd, buffer, 0, chunkBytes, null);
      if (read === 0) return { name, path, bytes, sha256: hash.digest('hex') };
      hash.update(buffer.subarray(0, read));
      bytes += read;
      if (chunk % chunksAtOnce > 0) continue;
      await nextTurn();
      signal?.throwIfAborted();
    }
  } finally {
    closeSync(fd);
  }
}
