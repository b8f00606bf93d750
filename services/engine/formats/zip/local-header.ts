import { type ByteSource, corrupt } from '../byte-source.ts';
import type { DirectoryEntry } from './directory.ts';
import { findZip64, readUint64 } from './fields.ts';

const HEADER = 0x04034b50;
const HEADER_BYTES = 30;
const LIKELY_EXTRA_BYTES = 96;
const DESCRIPTOR_FOLLOWS = 0x0008;
const methodNumbers = { stored: 0, deflated: 8 } as const;

/** Where the entry's data begins, once its local header (APPNOTE 4.3.7) has been found to say what the directory says. */
export async function locateData(
  source: ByteSource,
  entry: DirectoryEntry,
  read: (offset: number, length: number) => Promise<Uint8Array>,
): Promise<number> {
  const at = entry.headerOffset;
  if (at + HEADER_BYTES > source.size)
    throw corrupt(source, `says “${entry.name}” begins at byte ${at}, but the file ends at byte ${source.size}.`);
  // One read for nearly all: the fixed part, the name the directory gives, and the usual padding.
  const guess = HEADER_BYTES + Buffer.byteLength(entry.name) + LIKELY_EXTRA_BYTES;
  const start = await read(at, Math.min(guess, source.size - at));
  const view = new DataView(start.buffer, start.byteOffset, start.byteLength);
  if (view.getUint32(0, true) !== HEADER)
    throw corrupt(source, `has no zip entry at byte ${at}, where its directory says “${entry.name}” begins.`);
  const nameEnd = HEADER_BYTES + view.getUint16(26, true);
  const dataStart = nameEnd + view.getUint16(28, true);
  const header = dataStart <= start.length ? start : await read(at, dataStart);
  const name = Buffer.from(header.buffer, header.byteOffset + HEADER_BYTES, nameEnd - HEADER_BYTES).toString('utf8');
  if (name !== entry.name)
    throw corrupt(source, `names an entry ${JSON.stringify(name)} in one place and “${entry.name}” in its directory.`);
  if (view.getUint16(8, true) !== methodNumbers[entry.method])
    throw corrupt(source, `says in two places, differently, how “${entry.name}” is packed.`);
  compareSizes(source, entry, { view, extra: header.subarray(nameEnd, dataStart) });
  return at + dataStart;
}

type Local = { readonly view: DataView; readonly extra: Uint8Array };

function compareSizes(source: ByteSource, entry: DirectoryEntry, { view, extra }: Local): void {
  const flags = view.getUint16(6, true);
  if ((flags & 1) !== 0) throw corrupt(source, `has an encrypted zip entry, “${entry.name}”.`);
  const wide = findZip64(extra);
  let field = 0;
  const widen = (value: number) => {
    if (value !== 0xffffffff || !wide || wide.byteLength < 8 * (field + 1)) return value;
    return readUint64(source, wide, 8 * field++);
  };
  const bytes = widen(view.getUint32(22, true));
  const compressedBytes = widen(view.getUint32(18, true));
  // Sizes written after the data stand as zeros here.
  const later = (flags & DESCRIPTOR_FOLLOWS) !== 0 && bytes === 0 && compressedBytes === 0;
  if (!later && (bytes !== entry.bytes || compressedBytes !== entry.compressedBytes)) {
    throw corrupt(
      source,
      `gives the size of “${entry.name}” as ${bytes} and, in its directory, as ${entry.bytes} bytes.`,
    );
  }
}
