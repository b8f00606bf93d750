import { crc32 } from 'node:zlib';
import { expect, it } from 'vitest';
import { combineCrc32, crc32OfZeros } from './combine-crc32.ts';

const bytes = Buffer.from(Array.from({ length: 4096 }, (_, i) => (i * i * 31 + 7) % 256));

it.each([0, 1, 2, 63, 64, 1000, 4095, 4096])('joins the checksums of %d bytes and of the rest', (at) => {
  const [first, second] = [bytes.subarray(0, at), bytes.subarray(at)];
  expect(combineCrc32(crc32(first), crc32(second), second.length)).toBe(crc32(bytes));
});

it.each([0, 1, 2, 3, 100, 65_537])('knows the checksum of %d zeros', (count) => {
  expect(crc32OfZeros(count)).toBe(crc32(Buffer.alloc(count)));
});

it('takes lengths beyond 32 bits', () => {
  // Zeros double: the checksum of 2^33 of them by joining halves, and at once.
  let zeros = crc32(Buffer.alloc(1));
  for (let doubling = 0; doubling < 33; doubling++) zeros = combineCrc32(zeros, zeros, 2 ** doubling);
  const twice = combineCrc32(zeros, zeros, 2 ** 33);
  const tail = combineCrc32(crc32(Buffer.from('a')), zeros, 2 ** 33);
  expect(combineCrc32(tail, zeros, 2 ** 33)).toBe(combineCrc32(crc32(Buffer.from('a')), twice, 2 ** 34));
});
