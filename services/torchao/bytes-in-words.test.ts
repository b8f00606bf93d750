import { expect, test } from 'vitest';
import { bytesInWords } from './bytes-in-words.ts';

test.each([
  [52, '52 bytes'],
  [999, '999 bytes'],
  [1000, '1.00 KB'],
  [999_600, '1.00 MB'],
  [13_800_000, '13.8 MB'],
  [4_096_000_000_000_000, '4096 TB'],
])('%i is said as %s', (bytes, words) => {
  expect(bytesInWords(bytes)).toBe(words);
});
