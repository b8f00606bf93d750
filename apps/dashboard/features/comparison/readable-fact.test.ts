import { expect, test } from 'vitest';
import { readableFact } from './readable-fact.ts';

test.each([
  ['Bytes after', '381000', '381 KB'],
  ['Seconds', '75.4', '1 min 15 s'],
  ['Accuracy change', '-0.07 points, 1 of 1488 samples', '−0.07 points, 1 of 1488 samples'],
  ['Accuracy change', '0.00 points, 0 of 1488 samples', '±0 points'],
  ['Compression', '1.85 ×', '1.85× smaller'],
  ['Compression', '0.97 ×', '1.03× larger'],
  ['Model SHA-256', 'c780549d47d587a0b681a6765b0f6d5b', 'c780549d47d587a0…'],
  ['Mode', 'static_ptq', 'static_ptq'],
])('%s %s reads %s', (label, value, read) => {
  expect(readableFact(label, value)).toBe(read);
});
