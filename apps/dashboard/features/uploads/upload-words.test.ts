import { expect, test } from 'vitest';
import { uploadWords } from './upload-words.ts';

const sending = { phase: 'sending', sent: 500, total: 1000, cut: false } as const;

test.each([
  { status: sending, says: /^500 B of 1.00 KB$/ },
  { status: { ...sending, sent: 1000 }, says: /sent; being verified$/ },
  { status: { ...sending, sent: 1000, cut: true }, says: /^Connection cut at .*; trying again$/ },
  { status: { ...sending, phase: 'paused' } as const, says: /^Paused at 500 B of / },
  { status: { phase: 'hashing', fraction: 0.416 } as const, says: /^Fingerprinting, 42 %$/ },
])('of $status.phase the row says $says', ({ status, says }) => {
  expect(uploadWords(status)).toMatch(says);
});
