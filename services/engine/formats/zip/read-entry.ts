import { Readable } from 'node:stream';
import { crc32, createInflateRaw } from 'node:zlib';
import { type ByteSource, corrupt, overLimit } from '../byte-source.ts';
import type { ZipEntry } from './archive.ts';

const CHUNK_BYTES = 1 << 20;

/** The whole entry, unpacked; LIMIT_EXCEEDED before anything is allocated if it says it has more than `limit` bytes. */
export async function readEntry(source: ByteSource, entry: ZipEntry, limit: number): Promise<Uint8Array<ArrayBuffer>> {
  if (entry.bytes > limit)
    throw overLimit(source, `has “${entry.name}” of ${entry.bytes} bytes; at most ${limit} are read.`);
  if (entry.method === 'stored') return source.read(entry.offset, entry.bytes);
  const bytes = new Uint8Array(entry.bytes);
  let at = 0;
  for await (const chunk of streamEntry(source, entry)) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}

/**
 * The unpacked bytes of an entry, in order; CORRUPT_FILE if they are more or fewer than the directory says.
 * The checksum of a deflated entry is verified at the end (torch can be told to write none for stored ones).
 */
export async function* streamEntry(source: ByteSource, entry: ZipEntry): AsyncGenerator<Uint8Array> {
  let total = 0;
  let sum = 0;
  for await (const chunk of entry.method === 'stored' ? packed(source, entry) : inflated(source, entry)) {
    total += chunk.length;
    if (total > entry.bytes)
      throw corrupt(source, `says “${entry.name}” has ${entry.bytes} bytes, but it unpacks to more.`);
    if (entry.method === 'deflated') sum = crc32(chunk, sum);
    yield chunk;
  }
  if (total !== entry.bytes)
    throw corrupt(source, `says “${entry.name}” has ${entry.bytes} bytes, but it unpacks to ${total}.`);
  if (entry.method === 'deflated' && sum !== entry.crc32)
    throw corrupt(source, `has a wrong checksum for “${entry.name}”.`);
}

async function* packed(source: ByteSource, entry: ZipEntry): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < entry.compressedBytes; at += CHUNK_BYTES) {
    yield await source.read(entry.offset + at, Math.min(CHUNK_BYTES, entry.compressedBytes - at));
  }
}

async function* inflated(source: ByteSource, entry: ZipEntry): AsyncGenerator<Uint8Array> {
  const input = Readable.from(packed(source, entry), { objectMode: false });
  const inflate = createInflateRaw({ chunkSize: 1 << 16 });
  input.on('error', (error) => inflate.destroy(error));
  try {
    for await (const chunk of input.pipe(inflate)) yield chunk;
  } catch (cause) {
    throw corrupt(source, `cannot be unpacked at “${entry.name}” (${cause instanceof Error ? cause.message : cause}).`);
  } finally {
    input.destroy();
    inflate.destroy();
  }
}
