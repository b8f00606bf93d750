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
  for (const [index, { name, method, crc32, compressedBytes, bytes }] of directory.entries())
    entries.set(name, { name, method, crc32, offset: offsets[index] ?? 0, compressedBytes, bytes });
  return { source, entries };
}

/** The data offset of each entry. Entries must follow one another without overlap and end before the directory. */
async function locateAll(
  source: ByteSource,
  directory: readonly DirectoryEntry[],
  directoryOffset: number,
): Promise<Float64Array> {
  const offsetOf = (index: number | undefined) => directory[index ?? -1]?.headerOffset ?? directoryOffset;
  const order = Uint32Array.from(directory.keys()).sort((a, b) => offsetOf(a) - offsetOf(b));
  const offsets = new Float64Array(directory.length);
  const read = readAhead(source);
  for (const [place, index] of order.entries()) {
    const entry = directory[index];
    if (!entry) throw new Error(`no entry ${index}`);
    const next = offsetOf(order[place + 1]);
    // Checked before the header is read, so that a repeated offset costs nothing.
    if (entry.headerOffset + entry.compressedBytes > next) throw overlap(source, entry, next);
    const offset = await locateData(source, entry, read);
    if (offset + entry.compressedBytes > next) throw overlap(source, entry, next);
    offsets[index] = offset;
  }
  return offsets;
}

function overlap(source: ByteSource, entry: DirectoryEntry, next: number) {
  return corrupt(
    source,
    `says “${entry.name}” has ${entry.compressedBytes} bytes from byte ${entry.headerOffset}, but what follows begins at byte ${next} of ${source.size}.`,
  );
}
