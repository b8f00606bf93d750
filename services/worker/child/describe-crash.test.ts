import { expect, test } from 'vitest';
import { InputError } from '#contract/failure.ts';
import { describeCrash } from './describe-crash.ts';
import { failureOf } from './failure-of.ts';

const quiet = { code: null, signal: null, stderr: '', peakMb: 120, limitMb: 4096 } as const;

test.each([
  [{ ...quiet, code: 3 }, 'CRASHED', /exit code 3/],
  [{ ...quiet, signal: 'SIGSEGV' as const }, 'CRASHED', /SIGSEGV/],
  [{ ...quiet, signal: 'SIGKILL' as const }, 'CRASHED', /held 120 MB, and the machine may have run out/],
  [{ ...quiet, code: 1, stderr: 'a\nb\n\nc\nd\ne\n' }, 'CRASHED', /last words: b \| c \| d \| e$/],
  [
    { ...quiet, signal: 'SIGABRT' as const, stderr: 'FATAL ERROR: JavaScript heap out of memory' },
    'OUT_OF_MEMORY',
    /120 MB.*4096 MB/,
  ],
])('%j is %s', (crash, code, message) => {
  expect(describeCrash(crash)).toMatchObject({ code, message: expect.stringMatching(message) });
});

test('what a user can cause is told as it is, a failed allocation as memory', () => {
  expect(failureOf(new InputError('CORRUPT_FILE', 'It ends.', { remedy: 'Send it again.' }))).toEqual({
    code: 'CORRUPT_FILE',
    message: 'It ends.',
    remedy: 'Send it again.',
  });
  expect(failureOf(new RangeError('Array buffer allocation failed')).code).toBe('OUT_OF_MEMORY');
});
