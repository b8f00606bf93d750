import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { copyFile, type FileHandle, open } from 'node:fs/promises';

const chunkBytes = 4 * 2 ** 20;

/**
 * Copies a file to a path where none is, and gives size and SHA-256 of the copy. A file system that shares blocks makes
 * the copy at once; elsewhere each chunk is hashed while the one before it is written. The copy is a file of its own,
 * never a link: whoever writes into it leaves the original as it is, whatever user and rights it has.
 */
export async function copyHashed(
  from: string,
  to: string,
  signal: AbortSignal,
): Promise<{ readonly bytes: number; readonly sha256: string }> {
  const cloned = await clone(from, to);
  const source = await open(cloned ? to : from);
  try {
    if (cloned) return await hashInto(source, null, signal);
    const target = await open(to, 'wx');
    return await hashInto(source, target, signal).finally(() => target.close());
  } finally {
    await source.close();
  }
}

async function clone(from: string, to: string): Promise<boolean> {
  try {
    await copyFile(from, to, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE_FORCE);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'EEXIST' || error.code === 'ENOENT')) throw error;
    return false;
  }
}

async function hashInto(source: FileHandle, target: FileHandle | null, signal: AbortSignal) {
  const hash = createHash('sha256');
  const buffers = [Buffer.allocUnsafe(chunkBytes), Buffer.allocUnsafe(chunkBytes)] as const;
  let writing: Promise<unknown> = Promise.resolve();
  let bytes = 0;
  try {
    for (let turn = 0; ; turn ^= 1) {
      signal.throwIfAborted();
      const { bytesRead, buffer } = await source.read(buffers[turn ? 1 : 0], 0, chunkBytes, bytes);
      if (bytesRead === 0) break;
      const chunk = buffer.subarray(0, bytesRead);
      await writing;
      if (target) {
        writing = write(target, chunk, bytes);
        // Told to whoever awaits it; until then it is nobody's unhandled error.
        writing.catch(() => undefined);
      }
      hash.update(chunk);
      bytes += bytesRead;
    }
  } finally {
    await writing;
  }
  return { bytes, sha256: hash.digest('hex') };
}

async function write(target: FileHandle, chunk: Buffer, position: number): Promise<void> {
  for (let done = 0; done < chunk.length; ) {
    done += (await target.write(chunk, done, chunk.length - done, position + done)).bytesWritten;
  }
}
