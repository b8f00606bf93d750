import { once } from 'node:events';
import { stat } from 'node:fs/promises';
import { bundledThread } from '#threads/bundled-thread.ts';
import { type Sha256, sha256OfFile } from './sha256-of-file.ts';

export type FileDigest = Sha256 & { readonly name: string; readonly path: string };

/** Smaller files are digested here, in less than 50 milliseconds: starting a thread would cost about as much. */
export const bytesForThread = 64 << 20;

/** Size and SHA-256 of a file, or of a folder as `sha256OfFolder` has them, read once. `name` is what the user calls it. Errors: the file's own; the signal's reason. */
export async function digestFile(path: string, name: string, signal?: AbortSignal): Promise<FileDigest> {
  signal?.throwIfAborted();
  const found = await stat(path);
  const isSmall = !found.isDirectory() && found.size < bytesForThread;
  return { name, path, ...(isSmall ? sha256OfFile(path) : await inThread(path, signal)) };
}

async function inThread(path: string, signal: AbortSignal | undefined): Promise<Sha256> {
  const thread = bundledThread('digest-thread.mjs', { from: import.meta.url, data: path });
  try {
    const [digest]: Sha256[] = await once(thread, 'message', signal ? { signal } : {});
    if (!digest) throw new Error(`the digest of ${path} was not told`);
    return digest;
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  } finally {
    await thread.terminate();
  }
}
