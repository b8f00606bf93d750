import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';

export type FileDigest = {
  readonly name: string;
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
};

/** Size and SHA-256 of a file, read once in a stream. `name` is what the user calls it. Errors: the file's own; the signal's. */
export async function digestFile(path: string, name: string, signal?: AbortSignal): Promise<FileDigest> {
  const hash = createHash('sha256');
  let bytes = 0;
  const add = async (chunks: AsyncIterable<Buffer>) => {
    for await (const chunk of chunks) {
      hash.update(chunk);
      bytes += chunk.length;
    }
  };
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), add, { ...(signal ? { signal } : {}) });
  return { name, path, bytes, sha256: hash.digest('hex') };
}
