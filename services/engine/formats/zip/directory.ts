import { type ByteSource, corrupt, overLimit } from '../byte-source.ts';
import { readEntryName } from '../entry-name.ts';
import { limits } from '../limits.ts';
import type { EndRecord } from './end-record.ts';
import { findZip64, readUint64 } from './fields.ts';

/** One central directory header (APPNOTE 4.3.12), checked on its own. */
export type DirectoryEntry = {
  readonly name: string;
  readonly method: 'stored' | 'deflated';
  readonly crc32: number;
  readonly compressedBytes: number;
  readonly bytes: number;
  /** In the file, whatever stands before the archive. */
  readonly headerOffset: number;
};

const HEADER = 0x02014b50;
const HEADER_BYTES = 46;
/** The smallest directory header: a name of one byte. */
const SMALLEST = HEADER_BYTES + 1;
const ENCRYPTED = 0x0001 | 0x0040 | 0x2000;
const methods: ReadonlyMap<number, 'stored' | 'deflated'> = new Map([
  [0, 'stored'],
  [8, 'deflated'],
]);

export async function readDirectory(source: ByteSource, end: EndRecord): Promise<readonly DirectoryEntry[]> {
  if (end.entries > limits.zipEntries)
    throw overLimit(source, `claims ${end.entries} zip entries; at most ${limits.zipEntries} are read.`);
  if (end.directoryBytes > limits.zipDirectoryBytes)
    throw overLimit(
      source,
      `has a zip directory of ${end.directoryBytes} bytes; at most ${limits.zipDirectoryBytes} are read.`,
    );
  if (end.entries * SMALLEST > end.directoryBytes)
    throw corrupt(source, `claims ${end.entries} zip entries in a directory of ${end.directoryBytes} bytes.`);
  const bytes = await source.read(end.directoryOffset, end.directoryBytes);
  const directory = { bytes, view: new DataView(bytes.buffer), leading: end.leading };
  const entries: DirectoryEntry[] = [];
  let at = 0;
  for (let index = 0; index < end.entries; index++) {
    entries.push(readHeader(source, directory, at));
    at = nextHeader(directory.view, at);
  }
  if (at !== bytes.length)
    throw corrupt(
      source,
      `claims ${end.entries} zip entries, but ${bytes.length - at} bytes of its directory are left over.`,
    );
  refuseDuplicates(source, entries);
  return entries;
}

/** Where the header after the one at `at` begins: behind its name, its extra field and its comment. */
function nextHeader(view: DataView, at: number): number {
  return (
    at + HEADER_BYTES + view.getUint16(at + 28, true) + view.getUint16(at + 30, true) + view.getUint16(at + 32, true)
  );
}

type Directory = { readonly bytes: Uint8Array<ArrayBuffer>; readonly view: DataView; readonly leading: number };

function readHeader(source: ByteSource, { bytes, view, leading }: Directory, at: number): DirectoryEntry {
  if (at + HEADER_BYTES > bytes.length || view.getUint32(at, true) !== HEADER)
    throw corrupt(source, `has no zip entry at byte ${at} of its directory.`);
  const nameEnd = at + HEADER_BYTES + view.getUint16(at + 28, true);
  const extraEnd = nameEnd + view.getUint16(at + 30, true);
  if (nextHeader(view, at) > bytes.length) throw corrupt(source, `has a zip directory that ends inside an entry.`);
  const name = readEntryName(source, 'zip', bytes.subarray(at + HEADER_BYTES, nameEnd));
  const flags = view.getUint16(at + 8, true);
  if (flags & ENCRYPTED) throw corrupt(source, `has an encrypted zip entry, “${name}”.`);
  const method = methods.get(view.getUint16(at + 10, true));
  if (!method)
    throw corrupt(
      source,
      `packs “${name}” with zip method ${view.getUint16(at + 10, true)}; only stored (0) and deflated (8) are read.`,
    );
  const sizes = readSizes(source, { view, at, name, extra: bytes.subarray(nameEnd, extraEnd) });
  if (method === 'stored' && sizes.compressedBytes !== sizes.bytes) {
    throw corrupt(source, `stores “${name}” in ${sizes.compressedBytes} bytes but says it has ${sizes.bytes}.`);
  }
  const { compressedBytes, bytes: size } = sizes;
  const headerOffset = sizes.headerOffset + leading;
  const crc32 = view.getUint32(at + 16, true);
  return { name, method, crc32, compressedBytes, bytes: size, headerOffset };
}

type Header = { readonly view: DataView; readonly at: number; readonly name: string; readonly extra: Uint8Array };

function readSizes(source: ByteSource, { view, at, name, extra }: Header) {
  const narrow = {
    bytes: view.getUint32(at + 24, true),
    compressedBytes: view.getUint32(at + 20, true),
    headerOffset: view.getUint32(at + 42, true),
  };
  const disk = view.getUint16(at + 34, true);
  const ones = [narrow.bytes, narrow.compressedBytes, narrow.headerOffset].filter(
    (value) => value === 0xffffffff,
  ).length;
  if (disk !== 0 && disk !== 0xffff)
    throw corrupt(source, `says “${name}” is on disk ${disk} of a zip archive in several parts.`);
  if (ones === 0) return narrow;
  const wide = findZip64(extra);
  if (!wide || wide.byteLength < ones * 8) throw corrupt(source, `lacks the zip64 sizes of “${name}”.`);
  let field = 0;
  const widen = (value: number) => (value === 0xffffffff ? readUint64(source, wide, 8 * field++) : value);
  // The order of the fields is fixed: size, compressed size, offset.
  const size = widen(narrow.bytes);
  const compressedBytes = widen(narrow.compressedBytes);
  return { bytes: size, compressedBytes, headerOffset: widen(narrow.headerOffset) };
}

/** Compared without case, as torch looks them up; two readers would take different ones. */
function refuseDuplicates(source: ByteSource, entries: readonly DirectoryEntry[]): void {
  const seen = new Set<string>();
  for (const { name } of entries) {
    const before = seen.size;
    if (seen.add(name.toLowerCase()).size === before)
      throw corrupt(source, `has two zip entries named “${name}” (ignoring case).`);
  }
}
