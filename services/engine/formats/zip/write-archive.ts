import type { FileHandle } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { createSink, type Sink } from './sink.ts';

/** A record of a torch archive. `chunks` together have exactly `bytes` bytes. */
export type ZipRecord = {
  readonly name: string;
  readonly bytes: number;
  chunks(): AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
};

type Written = {
  readonly name: Buffer;
  readonly flags: number;
  readonly crc: number;
  readonly bytes: number;
  readonly offset: number;
};

const ALIGNMENT = 64;
const UTF8 = 0x0800;
const DESCRIPTOR_FOLLOWS = 0x0008;
const ONES = 0xffffffff;

/**
 * Writes a stored zip front to back, byte for byte laid out as `torch.save` does (caffe2/serialize/inline_container.cc):
 * data aligned to 64 by an extra field `FB`, sizes and checksum after the data, zip64 end record always.
 */
export async function writeArchive(file: FileHandle, records: Iterable<ZipRecord>): Promise<void> {
  const sink = createSink(file);
  const written: Written[] = [];
  let at = 0;
  for (const record of records) {
    const entry = await writeRecord(sink, record, at);
    written.push(entry.written);
    at = entry.end;
  }
  const directory = Buffer.concat(written.map(directoryHeader));
  await sink.write(Buffer.concat([directory, endRecords(written.length, at, directory.length)]));
  await sink.flush();
}

async function writeRecord(sink: Sink, record: ZipRecord, offset: number): Promise<{ written: Written; end: number }> {
  const name = Buffer.from(record.name);
  const flags = record.bytes === 0 ? UTF8 : UTF8 | DESCRIPTOR_FOLLOWS;
  const header = localHeader(name, flags, { bytes: record.bytes, offset });
  await sink.write(header);
  let crc = 0;
  let total = 0;
  for await (const chunk of record.chunks()) {
    crc = crc32(chunk, crc);
    total += chunk.length;
    await sink.write(chunk);
  }
  if (total !== record.bytes)
    throw new Error(`record ${record.name} has ${total} bytes, announced were ${record.bytes}`);
  const written = { name, flags, crc, bytes: record.bytes, offset };
  const tail = record.bytes === 0 ? Buffer.alloc(0) : descriptor(written);
  await sink.write(tail);
  return { written, end: offset + header.length + total + tail.length };
}

const isWide = ({ bytes, offset }: { readonly bytes: number; readonly offset: number }) =>
  bytes >= ONES || offset >= ONES;

function localHeader(name: Buffer, flags: number, where: { readonly bytes: number; readonly offset: number }): Buffer {
  const wide = wideFields(where, { sizes: 0 });
  const unpadded = where.offset + 30 + name.length + wide.length + 4;
  const padding = (ALIGNMENT - (unpadded % ALIGNMENT)) % ALIGNMENT;
  const header = Buffer.alloc(30);
  header.writeUInt32LE(0x04034b50, 0);
  header.writeUInt16LE(flags, 6);
  header.writeUInt16LE(name.length, 26);
  header.writeUInt16LE(wide.length + 4 + padding, 28);
  const field = Buffer.from([0x46, 0x42, padding & 0xff, padding >> 8]);
  return Buffer.concat([header, name, wide, field, Buffer.alloc(padding, 'Z')]);
}

/** The zip64 extra: sizes where they need it, then the offset where it does. A local header does not know its packed size yet. */
function wideFields(
  { bytes, offset }: { readonly bytes: number; readonly offset: number },
  packed: { readonly sizes: number },
): Buffer {
  const fields = [...(bytes >= ONES ? [bytes, packed.sizes] : []), ...(offset >= ONES ? [offset] : [])];
  if (fields.length === 0) return Buffer.alloc(0);
  const extra = Buffer.alloc(4 + 8 * fields.length);
  extra.writeUInt16LE(1, 0);
  extra.writeUInt16LE(8 * fields.length, 2);
  for (const [index, field] of fields.entries()) extra.writeBigUInt64LE(BigInt(field), 4 + 8 * index);
  return extra;
}

function descriptor(entry: Written): Buffer {
  const wide = isWide(entry);
  const out = Buffer.alloc(wide ? 24 : 16);
  out.writeUInt32LE(0x08074b50, 0);
  out.writeUInt32LE(entry.crc, 4);
  if (wide) {
    out.writeBigUInt64LE(BigInt(entry.bytes), 8);
    out.writeBigUInt64LE(BigInt(entry.bytes), 16);
  } else {
    out.writeUInt32LE(entry.bytes, 8);
    out.writeUInt32LE(entry.bytes, 12);
  }
  return out;
}

function directoryHeader(entry: Written): Buffer {
  const extra = wideFields(entry, { sizes: entry.bytes });
  const header = Buffer.alloc(46);
  header.writeUInt32LE(0x02014b50, 0);
  header.writeUInt16LE(entry.flags, 8);
  header.writeUInt32LE(entry.crc, 16);
  header.writeUInt32LE(Math.min(entry.bytes, ONES), 20);
  header.writeUInt32LE(Math.min(entry.bytes, ONES), 24);
  header.writeUInt16LE(entry.name.length, 28);
  header.writeUInt16LE(extra.length, 30);
  header.writeUInt32LE(Math.min(entry.offset, ONES), 42);
  return Buffer.concat([header, entry.name, extra]);
}

/** Zip64 end record, its locator, and the classic end record, which torch writes for files of any size. */
function endRecords(count: number, offset: number, size: number): Buffer {
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
