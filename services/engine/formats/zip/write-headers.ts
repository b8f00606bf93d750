/** What the headers of a record say beside its checksum: `offset` is where its local header begins. */
export type ZipPlace = { readonly name: Buffer; readonly bytes: number; readonly offset: number };

const ALIGNMENT = 64;
const UTF8 = 0x0800;
const DESCRIPTOR_FOLLOWS = 0x0008;
const ONES = 0xffffffff;

const isWide = ({ bytes, offset }: ZipPlace) => bytes >= ONES || offset >= ONES;
const flagsOf = ({ bytes }: ZipPlace) => (bytes === 0 ? UTF8 : UTF8 | DESCRIPTOR_FOLLOWS);

/** The header before the data, padded so that the data begins at a multiple of 64. It knows neither checksum nor packed size yet. */
export function localHeader(place: ZipPlace): Buffer {
  const wide = wideFields(place, { packed: 0 });
  const unpadded = place.offset + 30 + place.name.length + wide.length + 4;
  const padding = (ALIGNMENT - (unpadded % ALIGNMENT)) % ALIGNMENT;
  const header = Buffer.alloc(30);
  header.writeUInt32LE(0x04034b50, 0);
  header.writeUInt16LE(flagsOf(place), 6);
  header.writeUInt16LE(place.name.length, 26);
  header.writeUInt16LE(wide.length + 4 + padding, 28);
  const field = Buffer.from([0x46, 0x42, padding & 0xff, padding >> 8]);
  return Buffer.concat([header, place.name, wide, field, Buffer.alloc(padding, 'Z')]);
}

/** What follows the data; nothing follows an empty record. */
export function descriptor(place: ZipPlace, crc: number): Buffer {
  if (place.bytes === 0) return Buffer.alloc(0);
  const wide = isWide(place);
  const out = Buffer.alloc(wide ? 24 : 16);
  out.writeUInt32LE(0x08074b50, 0);
  out.writeUInt32LE(crc, 4);
  if (wide) {
    out.writeBigUInt64LE(BigInt(place.bytes), 8);
    out.writeBigUInt64LE(BigInt(place.bytes), 16);
  } else {
    out.writeUInt32LE(place.bytes, 8);
    out.writeUInt32LE(place.bytes, 12);
  }
  return out;
}

export function directoryHeader(place: ZipPlace, crc: number): Buffer {
  const extra = wideFields(place, { packed: place.bytes });
  const header = Buffer.alloc(46);
  header.writeUInt32LE(0x02014b50, 0);
  header.writeUInt16LE(flagsOf(place), 8);
  header.writeUInt32LE(crc, 16);
  header.writeUInt32LE(Math.min(place.bytes, ONES), 20);
  header.writeUInt32LE(Math.min(place.bytes, ONES), 24);
  header.writeUInt16LE(place.name.length, 28);
  header.writeUInt16LE(extra.length, 30);
  header.writeUInt32LE(Math.min(place.offset, ONES), 42);
  return Buffer.concat([header, place.name, extra]);
}

/** The zip64 extra: both sizes where they need it, then the offset where it does. */
function wideFields({ bytes, offset }: ZipPlace, { packed }: { readonly packed: number }): Buffer {
  const fields = [...(bytes >= ONES ? [bytes, packed] : []), ...(offset >= ONES ? [offset] : [])];
  if (fields.length === 0) return Buffer.alloc(0);
  const extra = Buffer.alloc(4 + 8 * fields.length);
  extra.writeUInt16LE(1, 0);
  extra.writeUInt16LE(8 * fields.length, 2);
  for (const [index, field] of fields.entries()) extra.writeBigUInt64LE(BigInt(field), 4 + 8 * index);
  return extra;
}

/** Zip64 end record, its locator, and the classic end record, which torch writes for files of any size. */
export function endRecords(count: number, offset: number, size: number): Buffer {
  const out = Buffer.alloc(56 + 20 + 22);
  out.writeUInt32LE(0x06064b50, 0);
  out.writeBigUInt64LE(44n, 4);
  out.writeUInt16LE(798, 12);
  out.writeUInt16LE(45, 14);
  out.writeBigUInt64LE(BigInt(count), 24);
  out.writeBigUInt64LE(BigInt(count), 32);
  out.writeBigUInt64LE(BigInt(size), 40);
  out.writeBigUInt64LE(BigInt(offset), 48);
  out.writeUInt32LE(0x07064b50, 56);
  out.writeBigUInt64LE(BigInt(offset + size), 64);
  out.writeUInt32LE(1, 72);
  out.writeUInt32LE(0x06054b50, 76);
  out.writeUInt16LE(Math.min(count, 0xffff), 84);
  out.writeUInt16LE(Math.min(count, 0xffff), 86);
  out.writeUInt32LE(Math.min(size, ONES), 88);
  out.writeUInt32LE(Math.min(offset, ONES), 92);
  return out;
}
