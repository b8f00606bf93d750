/** What the headers of a record say beside its checksum: `offset` is where its local header begins. */
export type ZipPlace = { readonly name: string; readonly bytes: number; readonly offset: number };

const ALIGNMENT = 64;
const UTF8 = 0x0800;
const DESCRIPTOR_FOLLOWS = 0x0008;
const ONES = 0xffffffff;
const LOCAL = 30;
const CENTRAL = 46;
/** Of the field `FB` without its padding. */
const FIELD = 4;

const isWide = ({ bytes, offset }: ZipPlace) => bytes >= ONES || offset >= ONES;
const flagsOf = ({ bytes }: ZipPlace) => (bytes === 0 ? UTF8 : UTF8 | DESCRIPTOR_FOLLOWS);

/** Bytes of the zip64 extra: both sizes where they need it, then the offset where it does. */
function wideBytes(place: ZipPlace): number {
  const { bytes, offset } = place;
  return isWide(place) ? 4 + (bytes >= ONES ? 16 : 0) + (offset >= ONES ? 8 : 0) : 0;
}

/** Bytes of the header before the data, padded so that the data begins at a multiple of 64. */
export function localHeaderBytes(place: ZipPlace): number {
  const unpadded = LOCAL + Buffer.byteLength(place.name) + wideBytes(place) + FIELD;
  return Math.ceil((place.offset + unpadded) / ALIGNMENT) * ALIGNMENT - place.offset;
}

/** Writes it into `out`; it knows neither checksum nor packed size yet. Returns where it ends, as all that write here. */
export function writeLocalHeader(out: Buffer, at: number, place: ZipPlace): number {
  const end = at + localHeaderBytes(place);
  const name = out.write(place.name, at + LOCAL);
  const wide = wideBytes(place);
  const padding = end - at - LOCAL - name - wide - FIELD;
  out.fill(0, at, at + LOCAL);
  out.writeUInt32LE(0x04034b50, at);
  out.writeUInt16LE(flagsOf(place), at + 6);
  out.writeUInt16LE(name, at + 26);
  out.writeUInt16LE(wide + FIELD + padding, at + 28);
  const field = writeWide(out, at + LOCAL + name, { place, packed: 0 });
  out.writeUInt16LE(0x4246, field);
  out.writeUInt16LE(padding, field + 2);
  out.fill('Z', field + FIELD, end);
  return end;
}

/** Bytes of what follows the data; nothing follows an empty record. */
export function descriptorBytes(place: ZipPlace): number {
  if (place.bytes === 0) return 0;
  return isWide(place) ? 24 : 16;
}

export function writeDescriptor(out: Buffer, at: number, { place, crc }: Checked): number {
  if (place.bytes === 0) return at;
  out.writeUInt32LE(0x08074b50, at);
  out.writeUInt32LE(crc, at + 4);
  if (isWide(place)) {
    out.writeBigUInt64LE(BigInt(place.bytes), at + 8);
    return out.writeBigUInt64LE(BigInt(place.bytes), at + 16);
  }
  out.writeUInt32LE(place.bytes, at + 8);
  return out.writeUInt32LE(place.bytes, at + 12);
}

type Checked = { readonly place: ZipPlace; readonly crc: number };

export function directoryHeaderBytes(place: ZipPlace): number {
  return CENTRAL + Buffer.byteLength(place.name) + wideBytes(place);
}

export function writeDirectoryHeader(out: Buffer, at: number, { place, crc }: Checked): number {
  const name = out.write(place.name, at + CENTRAL);
  out.fill(0, at, at + CENTRAL);
  out.writeUInt32LE(0x02014b50, at);
  out.writeUInt16LE(flagsOf(place), at + 8);
  out.writeUInt32LE(crc, at + 16);
  out.writeUInt32LE(Math.min(place.bytes, ONES), at + 20);
  out.writeUInt32LE(Math.min(place.bytes, ONES), at + 24);
  out.writeUInt16LE(name, at + 28);
  out.writeUInt16LE(wideBytes(place), at + 30);
  out.writeUInt32LE(Math.min(place.offset, ONES), at + 42);
  return writeWide(out, at + CENTRAL + name, { place, packed: place.bytes });
}

function writeWide(out: Buffer, at: number, { place, packed }: { place: ZipPlace; packed: number }): number {
  const length = wideBytes(place);
  if (length === 0) return at;
  out.writeUInt16LE(1, at);
  out.writeUInt16LE(length - 4, at + 2);
  const { bytes, offset } = place;
  const fields = [...(bytes >= ONES ? [bytes, packed] : []), ...(offset >= ONES ? [offset] : [])];
  for (const [index, field] of fields.entries()) out.writeBigUInt64LE(BigInt(field), at + 4 + 8 * index);
  return at + length;
}

export const endRecordsBytes = 56 + 20 + 22;

type Directory = { readonly entries: number; readonly offset: number; readonly bytes: number };

/** Zip64 end record, its locator, and the classic end record, which torch writes for files of any size. */
export function writeEndRecords(out: Buffer, at: number, { entries, offset, bytes }: Directory): number {
  const end = out.subarray(at, at + endRecordsBytes).fill(0);
  end.writeUInt32LE(0x06064b50, 0);
  end.writeBigUInt64LE(44n, 4);
  end.writeUInt16LE(798, 12);
  end.writeUInt16LE(45, 14);
  end.writeBigUInt64LE(BigInt(entries), 24);
  end.writeBigUInt64LE(BigInt(entries), 32);
  end.writeBigUInt64LE(BigInt(bytes), 40);
  end.writeBigUInt64LE(BigInt(offset), 48);
  end.writeUInt32LE(0x07064b50, 56);
  end.writeBigUInt64LE(BigInt(offset + bytes), 64);
  end.writeUInt32LE(1, 72);
  end.writeUInt32LE(0x06054b50, 76);
  end.writeUInt16LE(Math.min(entries, 0xffff), 84);
  end.writeUInt16LE(Math.min(entries, 0xffff), 86);
  end.writeUInt32LE(Math.min(bytes, ONES), 88);
  end.writeUInt32LE(Math.min(offset, ONES), 92);
  return at + endRecordsBytes;
}
