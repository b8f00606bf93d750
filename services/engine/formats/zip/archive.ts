import { type ByteSource, corrupt } from '../byte-source.ts';
import { type DirectoryEntry, readDirectory } from './directory.ts';
import { readEndRecord } from './end-record.ts';
import { locateData } from './local-header.ts';
import { readAhead } from './read-ahead.ts';

/** A zip archive whose every header has been checked: no two readers can see different things in it. */
export type ZipArchive = {
  readonly source: ByteSource;
  /** By name, in the order of the directory. */
  readonly entries: ReadonlyMap<string, ZipEntry>;
};

export type ZipEntry = {
  readonly name: string;
  readonly method: 'stored' | 'deflated';
  readonly crc32: number;
  /** Where the (packed) bytes begin in the file. */
  readonly offset: number;
  readonly compressedBytes: number;
  readonly bytes: number;
};

/** Reads headers only, never contents. */
export async function openZip(source: ByteSource): Promise<ZipArchive> {
  const end = await readEndRecord(source);
  const directory = await readDirectory(source, end);
  const offsets = await locateAll(source, directory, end.directoryOffset);
  const entries = new Map<string, ZipEntry>();
  for (const { name, method, crc32, compressedBytes, bytes, headerOffset } of directory) {
    const offset = offsets.get(headerOffset);
    if (offset === undefined) throw new Error(`no data offset for ${name}`);
    entries.set(name, { name, method, crc32, offset, compressedBytes, bytes });
  }
  return { source, entries };
}

/** Data offsets by header offset. Entries must follow one another without overlap and end before the directory. */
async function locateAll(
  source: ByteSource,
  directory: readonly DirectoryEntry[],
  directoryOffset: number,
): Promise<Map<number, number>> {
  const sorted = [...directory].sort((a, b) => a.headerOffset - b.headerOffset);
  const offsets = new Map<number, number>();
  const read = readAhead(source);
  for (const [index, entry] of sorted.entries()) {
    const next = sorted[index + 1]?.headerOffset ?? directoryOffset;
    // Checked before the header is read, so that a repeated offset costs nothing.
    if (entry.headerOffset + entry.compressedBytes > next) throw overlap(source, entry, next);
    const offset = await locateData(source, entry, read);
    if (offset + entry.compressedBytes > next) throw overlap(source, entry, next);
    offsets.set(entry.headerOffset, offset);
  }
  return offsets;
}

function overlap(source: ByteSource, entry: DirectoryEntry, next: number) {
  return corrupt(
    source,
    `says “${entry.name}” has ${entry.compressedBytes} bytes from byte ${entry.headerOffset}, but what follows begins at byte ${next} of ${source.size}.`,
  );
}
