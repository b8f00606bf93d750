import { expect, test } from 'vitest';
import { formatBytes } from './format-bytes.ts';

test.each([
  { bytes: 0, shown: '0 B' },
  { bytes: 999, shown: '999 B' },
  { bytes: 1_000, shown: '1.00 KB' },
  { bytes: 131_072, shown: '131 KB' },
  { bytes: 999_600, shown: '1.00 MB' },
  { bytes: 2_123_456, shown: '2.12 MB' },
  { bytes: 81_300_000, shown: '81.3 MB' },
  { bytes: 5e15, shown: '5000 TB' },
])('$bytes bytes are shown as $shown', ({ bytes, shown }) => {
  expect(formatBytes(bytes)).toBe(shown);
});
