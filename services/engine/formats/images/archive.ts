import { type ByteSource, overLimit } from '../byte-source.ts';
import { isGzip } from '../gzip/is-packed-tar.ts';
import { unpackGzip } from '../gzip/unpack-gzip.ts';
import { limits } from '../limits.ts';
import { openTar } from '../tar/open-tar.ts';
import { isTar } from '../tar/read-header.ts';
import { openZip } from '../zip/archive.ts';
import { readEntry } from '../zip/read-entry.ts';

/** Files in one file, by their names. */
export type Archive = {
  readonly names: readonly string[];
  /** LIMIT_EXCEEDED before anything is allocated if it has more than `limit` bytes. */
  read(name: string, limit: number): Promise<Uint8Array<ArrayBuffer>>;
  close(): Promise<void>;
};

/** A zip, or a tar, which may be packed with gzip. Closing it leaves `source` open. Errors: those of `openZip`, `openTar` and `unpackGzip`. */
export async function openArchive(source: ByteSource): Promise<Archive> {
  const head = Buffer.from(await source.read(0, Math.min(source.size, 512)));
  if (isTar(head)) return tarArchive(source, async () => {});
  if (!isGzip(head)) return zipArchive(source);
  const unpacked = await unpackGzip(source);
  return tarArchive(unpacked, () => unpacked.close()).catch(async (error) => {
    await unpacked.close();
    throw error;
  });
}

async function zipArchive(source: ByteSource): Promise<Archive> {
  const { entries } = await openZip(source);
  return {
    names: [...entries.keys()],
    read: (name, limit) => readEntry(source, found(entries, name), limit),
    close: async () => {},
  };
}

async function tarArchive(source: ByteSource, close: () => Promise<void>): Promise<Archive> {
  const files = await openTar(source, limits.tarHeaders);
  return {
    names: [...files.keys()],
    async read(name, limit) {
      const { offset, size } = found(files, name);
      if (size > limit) throw overLimit(source, `has “${name}” of ${size} bytes; at most ${limit} are read.`);
      return source.read(offset, size);
    },
    close,
  };
}

function found<Entry>(entries: ReadonlyMap<string, Entry>, name: string): Entry {
  const entry = entries.get(name);
  if (!entry) throw new Error(`no entry ${name}`);
  return entry;
}
