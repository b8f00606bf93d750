import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { InputError } from '#contract/failure.ts';
import type { OnnxTensor } from './model.ts';

/**
 * Bytes of a tensor that are not in memory. Reading waits for the disk: the functions that decide what becomes of a
 * tensor take values, not promises, and a backend has its process for itself.
 */
export type TensorSource = {
  readonly length: number;
  /** Exactly so many bytes, in an ArrayBuffer of their own. */
  read(offset: number, length: number): Uint8Array<ArrayBuffer>;
  /** Where they lie in a file as they are, so that a runtime can map them; null if they are computed. */
  readonly file: FileRange | null;
  /** If they are those of another tensor with its axes in the order `order`, which a runtime can compute. */
  readonly permutes?: { readonly tensor: OnnxTensor; readonly order: readonly number[] };
};

export type FileRange = {
  readonly path: string;
  /** What the user calls the file. */
  readonly name: string;
  readonly offset: number;
};

/**
 * A range of a file that has been found to hold it. The file is opened for each read, so that models need no closing.
 * Errors of `read`: CORRUPT_FILE if the file is gone or shorter by then.
 */
export function fileSource(file: FileRange, length: number): TensorSource {
  return {
    length,
    file,
    read(offset, wanted) {
      if (offset < 0 || wanted < 0 || offset + wanted > length)
        throw new RangeError(`bytes ${offset} to ${offset + wanted} of a tensor of ${length}`);
      return readRange(file, file.offset + offset, wanted);
    },
  };
}

/** One read(2) carries less than 2 GiB. */
const largestRead = 1 << 30;

function readRange({ path, name }: FileRange, offset: number, length: number): Uint8Array<ArrayBuffer> {
  const file = open(path, name);
  try {
    const { size } = fstatSync(file);
    if (offset + length > size) throw changed(name, `it ends at byte ${size}, and byte ${offset + length} is needed`);
    const bytes = new Uint8Array(length);
    for (let done = 0; done < length; ) {
      const read = readSync(file, bytes, done, Math.min(length - done, largestRead), offset + done);
      if (read === 0) throw changed(name, `it ends at byte ${offset + done}`);
      done += read;
    }
    return bytes;
  } finally {
    closeSync(file);
  }
}

/** A link that has taken the file's place since it was checked is not followed. */
function open(path: string, name: string): number {
  try {
    return openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  } catch (cause) {
    throw changed(name, `it cannot be opened any more (${codeOf(cause)})`, cause);
  }
}

function changed(name: string, what: string, cause?: unknown): InputError {
  return new InputError('CORRUPT_FILE', `${name} changed while it was being read: ${what}`, { cause });
}

/** The message would tell where the file lies on this machine. */
function codeOf(cause: unknown): string {
  return cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
}
