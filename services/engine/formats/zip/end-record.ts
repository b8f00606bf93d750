import { type ByteSource, corrupt } from '../byte-source.ts';
import { limits } from '../limits.ts';
import { readUint64 } from './fields.ts';

/** Where the central directory lies: APPNOTE.TXT 4.3.14 to 4.3.16. */
export type EndRecord = {
  readonly entries: number;
  /** In the file. */
  readonly directoryOffset: number;
  readonly directoryBytes: number;
  /** Bytes before the archive, which its own offsets do not count. */
  readonly leading: number;
};

type Directory = Omit<EndRecord, 'leading'>;

const LOCAL = 0x04034b50;
const END = 0x06054b50;
const END_BYTES = 22;
const LOCATOR = 0x07064b50;
const LOCATOR_BYTES = 20;
const END64 = 0x06064b50;
const END64_BYTES = 56;

export async function readEndRecord(source: ByteSource): Promise<EndRecord> {
  const tailBytes = Math.min(source.size, limits.zipTailBytes);
  const tail = await source.read(source.size - tailBytes, tailBytes);
  const at = findEnd(source, tail);
  const end = new DataView(tail.buffer, at, END_BYTES);
  const endOffset = source.size - tailBytes + at;
  if (end.getUint16(4, true) !== 0 || end.getUint16(6, true) !== 0) {
    throw corrupt(source, `is part ${end.getUint16(4, true) + 1} of a zip archive in several parts.`);
  }
  const narrow = {
    entries: end.getUint16(10, true),
    directoryBytes: end.getUint32(12, true),
    directoryOffset: end.getUint32(16, true),
  };
  if (end.getUint16(8, true) !== narrow.entries)
    throw corrupt(source, 'counts its zip entries twice, with different results.');

  const wide = await readEnd64(source, endOffset);
  const record = wide ? agree(source, narrow, wide) : narrow;
  const directoryEnd = wide ? endOffset - LOCATOR_BYTES - END64_BYTES : endOffset;
  const leading = directoryEnd - (record.directoryOffset + record.directoryBytes);
  const trailing = endOffset + END_BYTES + end.getUint16(20, true) !== source.size;
  if (leading < 0 || (leading > 0 && (trailing || (await beginsAsArchive(source))))) {
    throw corrupt(
      source,
      `says its zip directory lies at bytes ${record.directoryOffset} to ${record.directoryOffset + record.directoryBytes}, but it must end at byte ${directoryEnd}.`,
    );
  }
  if (wide && wide.offset + leading !== directoryEnd)
    throw corrupt(source, `says its zip64 end record is at byte ${wide.offset}, but it is at byte ${directoryEnd}.`);
  return { ...record, directoryOffset: record.directoryOffset + leading, leading };
}

/** A file whose first bytes are a local header has nothing before its archive: offsets that say so lead into another one inside. */
async function beginsAsArchive(source: ByteSource): Promise<boolean> {
  return new DataView((await source.read(0, 4)).buffer).getUint32(0, true) === LOCAL;
}

/**
 * The one end record whose comment ends where the file ends; two of them would let two readers see two archives.
 * Where there is none, something may have been appended: then the only end record at all counts.
 */
function findEnd(source: ByteSource, tail: Uint8Array<ArrayBuffer>): number {
  const view = new DataView(tail.buffer);
  const all: number[] = [];
  for (let at = tail.length - END_BYTES; at >= 0; at--) if (view.getUint32(at, true) === END) all.push(at);
  const endOf = (at: number) => at + END_BYTES + view.getUint16(at + 20, true);
  const exact = all.filter((at) => endOf(at) === tail.length);
  const found = exact.length > 0 ? exact : all.filter((at) => endOf(at) < tail.length);
  const [at] = found;
  if (at === undefined) {
    throw corrupt(
      source,
      `ends at byte ${source.size} without the directory that ends every zip archive: it is truncated, or something was appended.`,
    );
  }
  if (found.length > 1)
    throw corrupt(source, `has ${found.length} zip end records: readers would disagree about what is in it.`);
  return at;
}

/** `offset` is what the locator says. */
type End64 = Directory & { readonly offset: number };

async function readEnd64(source: ByteSource, endOffset: number): Promise<End64 | null> {
  if (endOffset < LOCATOR_BYTES) return null;
  const locator = new DataView((await source.read(endOffset - LOCATOR_BYTES, LOCATOR_BYTES)).buffer);
  if (locator.getUint32(0, true) !== LOCATOR) return null;
  const at = endOffset - LOCATOR_BYTES - END64_BYTES;
  const end = new DataView((await source.read(at, END64_BYTES)).buffer);
  if (end.getUint32(0, true) !== END64)
    throw corrupt(source, `has no zip64 end record at byte ${at}, where the one its locator points to must be.`);
  if (end.getUint32(16, true) !== 0 || end.getUint32(20, true) !== 0)
    throw corrupt(source, 'is part of a zip archive in several parts.');
  return {
    offset: readUint64(source, locator, 8),
    entries: readUint64(source, end, 32),
    directoryBytes: readUint64(source, end, 40),
    directoryOffset: readUint64(source, end, 48),
  };
}

/** A narrow field either says the same or is all ones, which means “see the wide one”. */
function agree(source: ByteSource, narrow: Directory, wide: Directory): Directory {
  const pairs = [
    ['entry count', narrow.entries, wide.entries, 0xffff],
    ['directory size', narrow.directoryBytes, wide.directoryBytes, 0xffffffff],
    ['directory offset', narrow.directoryOffset, wide.directoryOffset, 0xffffffff],
  ] as const;
  for (const [what, short, long, ones] of pairs) {
    if (short !== long && short !== ones) throw corrupt(source, `gives its zip ${what} as ${short} and as ${long}.`);
  }
  return wide;
}
