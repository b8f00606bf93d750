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
  read(this: Pick<StorageContents, 'at'>, offset: number, length: number): Promise<Uint8Array<ArrayBuffer>>;
};

type Extent = { readonly offset: number; readonly bytes: number; readonly bigEndian: boolean };

/** There may be hundreds of thousands: one function reads all of a file. */
export function storedContents(source: ByteSource): (extent: Extent) => StorageContents {
  const read: StorageContents['read'] = function (from, length) {
    return source.read((this.at ?? 0) - source.base + from, length);
  };
  return ({ offset, bytes, bigEndian }) => ({ bytes, at: source.base + offset, bigEndian, read });
}

/**
 * Storages that have to be unpacked in full before something of them is read; the checksum is verified then. One of
 * which a part was read is kept until another one is, or its end: most tensors that share a storage follow each other.
 */
export function deflatedContents(source: ByteSource): (entry: ZipEntry, bigEndian: boolean) => StorageContents {
  const unpack = (entry: ZipEntry) => readEntry(source, entry, limits.storageInflatedBytes);
  let kept: { readonly entry: ZipEntry; readonly whole: Promise<Uint8Array<ArrayBuffer>> } | null = null;
  return (entry, bigEndian) => ({
    bytes: entry.bytes,
    at: null,
    bigEndian,
    async read(from, length) {
      if (from === 0 && length === entry.bytes) return unpack(entry);
      const { whole } = kept?.entry === entry ? kept : { whole: unpack(entry) };
      kept = from + length === entry.bytes ? null : { entry, whole };
      return (await whole).slice(from, from + length);
    },
  });
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
