import { expect, test } from 'vitest';
import { isPlatformFault, parseFailure } from './parse-failure.ts';

test('a failure is read as it was written, without what does not belong to it', () => {
  const written = { code: 'UNSUPPORTED', message: 'No.', remedy: 'Yes.', stack: 'secret' };
  expect(parseFailure(JSON.stringify(written))).toEqual({ code: 'UNSUPPORTED', message: 'No.', remedy: 'Yes.' });
});

test.each(['', '{', 'null', '[]', '{"code":"toString","message":"x"}', '{"code":"INTERNAL"}'])(
  '%j is a failure of ours',
  (json) => {
    expect(parseFailure(json)).toMatchObject({ code: 'INTERNAL' });
  },
);

test('a sentence has an end', () => {
  const long = JSON.stringify({ code: 'CRASHED', message: 'x'.repeat(100_000) });
  expect(parseFailure(long).message).toHaveLength(4_000);
});

test.each([
  ['CRASHED', true],
  ['WORKER_LOST', true],
  ['CORRUPT_FILE', false],
  ['OUT_OF_MEMORY', false],
] as const)('%s may be tried again: %s', (code, again) => {
  expect(isPlatformFault({ code, message: '' })).toBe(again);
});
