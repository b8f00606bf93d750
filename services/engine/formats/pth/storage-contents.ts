import type { ByteSource } from '../byte-source.ts';
import { limits } from '../limits.ts';
import type { ZipEntry } from '../zip/archive.ts';
import { readEntry } from '../zip/read-entry.ts';

/** The bytes of a storage, wherever they are. */
export type StorageContents = {
  readonly bytes: number;
  /** Offset in the file; null where the bytes do not stand in it as they are. */
  readonly at: number | null;
  readonly bigEndian: boolean;
  /** `length` bytes from `offset`, in an ArrayBuffer of their own. */
  read(offset: number, length: number): Promise<Uint8Array<ArrayBuffer>>;
};

type Extent = { readonly offset: number; readonly bytes: number; readonly bigEndian: boolean };

export function storedContents(source: ByteSource, { offset, bytes, bigEndian }: Extent): StorageContents {
  return {
    bytes,
    at: source.base + offset,
    bigEndian,
    read: (from, length) => source.read(offset + from, length),
  };
}

/** Unpacked in full each time something of it is read; the checksum is verified then. */
export function deflatedContents(source: ByteSource, entry: ZipEntry, bigEndian: boolean): StorageContents {
  return {
    bytes: entry.bytes,
    at: null,
    bigEndian,
    async read(from, length) {
      const whole = await readEntry(source, entry, limits.storageInflatedBytes);
      return from === 0 && length === whole.length ? whole : whole.slice(from, from + length);
    },
  };
}

/** Bytes that stand in the pickle itself. */
export function memoryContents(bytes: Uint8Array, bigEndian: boolean): StorageContents {
  return {
    bytes: bytes.length,
    at: null,
    bigEndian,
    read: async (from, length) => new Uint8Array(bytes.subarray(from, from + length)),
  };
}
