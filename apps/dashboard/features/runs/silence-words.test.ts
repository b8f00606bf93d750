import { expect, it } from 'vitest';
import { silenceWords } from './silence-words.ts';

it.each([
  [null, false, null],
  [7, false, 'The worker stopped answering; the run starts again in about 7 s.'],
  [0, false, 'The worker stopped answering; the run starts again now.'],
  [3, true, 'The worker stopped answering. This is the last attempt: without a word of it the run fails in about 3 s.'],
])('%s s of patience left, the last attempt: %s', (workerLostInSeconds, lastAttempt, words) => {
  expect(silenceWords({ workerLostInSeconds, lastAttempt })).toBe(words);
});
