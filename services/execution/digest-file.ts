import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';

export type FileDigest = {
  readonly name: string;
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
};

const chunkBytes = 1 << 20;

/**
 * Size and SHA-256 of a file, read once. One chunk is read while the one before is digested, in two buffers that
 * are used again and again. `name` is what the user calls it. Errors: the file's own; the signal's reason.
 */
export async function digestFile(path: string, name: string, signal?: AbortSignal): Promise<FileDigest> {
  const file = await open(path, 'r');
  const hash = createHash('sha256');
  const buffers = [Buffer.allocUnsafeSlow(chunkBytes), Buffer.allocUnsafeSlow(chunkBytes)];
  const readInto = (turn: number) => file.read(buffers[turn % 2] ?? Buffer.alloc(0), 0, chunkBytes, null);
  let bytes = 0;
  let reading = readInto(0);
  try {
    for (let turn = 1; ; turn++) {
      const { bytesRead, buffer } = await reading;
      signal?.throwIfAborted();
      if (bytesRead === 0) return { name, path, bytes, sha256: hash.digest('hex') };
      reading = readInto(turn);
      hash.update(buffer.subarray(0, bytesRead));
      bytes += bytesRead;
    }
  } finally {
    await reading.catch(() => undefined);
    await file.close();
  }
}
