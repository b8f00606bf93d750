import { crc32, deflateRawSync } from 'node:zlib';
import { expect, it } from 'vitest';
import type { ByteSource } from '../byte-source.ts';
import type { ZipEntry } from '../zip/archive.ts';
import { deflatedContents } from './storage-contents.ts';

const content = Buffer.from(Array.from({ length: 1000 }, (_, index) => index % 251));
const packed = deflateRawSync(content);
const entry = (name: string): ZipEntry => ({
  name,
  method: 'deflated',
  crc32: crc32(content),
  offset: 0,
  compressedBytes: packed.length,
  bytes: content.length,
});

/** Counts how often the packed bytes are asked for. */
function counting() {
  const reads = { count: 0 };
  const source: ByteSource = {
    path: 'a.pth',
    name: 'a.pth',
    size: packed.length,
    base: 0,
    async read(offset, length) {
      reads.count += 1;
      return new Uint8Array(packed.subarray(offset, offset + length));
    },
    close: async () => undefined,
  };
  return { source, reads };
}

it('unpacks a storage once for all tensors that look into it, one after the other', async () => {
  const { source, reads } = counting();
  const storage = deflatedContents(source)(entry('a'), false);
  for (let from = 0; from < 1000; from += 100) {
    expect(Buffer.from(await storage.read(from, 100))).toEqual(content.subarray(from, from + 100));
  }
  expect(reads.count).toBe(1);
});

it('keeps one storage only, and none that was read to its end', async () => {
  const { source, reads } = counting();
  const open = deflatedContents(source);
  const [first, second] = [open(entry('a'), false), open(entry('b'), false)];
  await first.read(0, 10);
  await second.read(0, 10);
  await first.read(990, 10);
  await first.read(0, 1000);
  expect(reads.count).toBe(4);
});

it('gives bytes that nobody else has', async () => {
  const storage = deflatedContents(counting().source)(entry('a'), false);
  (await storage.read(0, 10)).fill(0);
  expect(Buffer.from(await storage.read(0, 10))).toEqual(content.subarray(0, 10));
});
