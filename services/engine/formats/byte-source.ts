import { open } from 'node:fs/promises';
import { InputError } from '#contract/failure.ts';

/** Random access to a file of a user. `name` is what the user calls it; messages begin with it. */
export type ByteSource = {
  readonly path: string;
  readonly name: string;
  readonly size: number;
  /** Where byte 0 stands in the file at `path`: more than 0 for a file inside a file. */
  readonly base: number;
  /** Exactly `length` bytes in an ArrayBuffer of their own, so that typed arrays may be laid over them; else CORRUPT_FILE. */
  read(offset: number, length: number): Promise<Uint8Array<ArrayBuffer>>;
  close(): Promise<void>;
};

/** One read(2) carries less than 2 GiB. */
const LARGEST_READ = 1 << 30;

export async function openByteSource(path: string, name: string): Promise<ByteSource> {
  const handle = await open(path, 'r');
  const { size } = await handle.stat();
  return {
    path,
    name,
    size,
    base: 0,
    async read(offset, length) {
      if (offset < 0 || length < 0 || offset + length > size) {
        throw new InputError(
          'CORRUPT_FILE',
          `${name} ends at byte ${size}, but bytes ${offset} to ${offset + length} are needed.`,
          {
            remedy: 'The file is truncated or damaged: copy or upload it again.',
          },
        );
      }
      const bytes = new Uint8Array(length);
      for (let done = 0; done < length; ) {
        const { bytesRead } = await handle.read(bytes, done, Math.min(length - done, LARGEST_READ), offset + done);
        if (bytesRead === 0) throw new InputError('CORRUPT_FILE', `${name} shrank while it was being read.`);
        done += bytesRead;
      }
      return bytes;
    },
    close: () => handle.close(),
  };
}

/** Opens, hands over, and closes if the taker fails: the taker keeps the source open on success. */
export async function openWith<T>(path: string, name: string, take: (source: ByteSource) => Promise<T>): Promise<T> {
  const source = await openByteSource(path, name);
  try {
    return await take(source);
  } catch (error) {
    await source.close();
    throw error;
  }
}

/** A part of a file that is a file itself, such as a record of an archive. Closing it leaves the outer one open. */
export function windowOf(outer: ByteSource, window: { name: string; offset: number; size: number }): ByteSource {
  const { name, offset, size } = window;
  return {
    path: outer.path,
    name,
    size,
    base: outer.base + offset,
    async read(from, length) {
      if (from < 0 || length < 0 || from + length > size)
        throw corrupt({ name }, `ends at byte ${size}, but bytes ${from} to ${from + length} are needed.`);
      return outer.read(offset + from, length);
    },
    close: async () => undefined,
  };
}

export function corrupt(source: { readonly name: string }, what: string): InputError {
  return new InputError('CORRUPT_FILE', `${source.name} ${what}`, {
    remedy: 'The file is damaged or was made to confuse readers: copy, download or save it again.',
  });
}

export function overLimit(source: { readonly name: string }, what: string): InputError {
  return new InputError('LIMIT_EXCEEDED', `${source.name} ${what}`);
}
