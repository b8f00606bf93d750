import { expect, test } from 'vitest';
import { timeLeft } from './time-left.ts';

test.each([
  ['RUNNING', 200, 'About 3 min 20 s left'],
  ['RUNNING', 3, 'About 3.0 s left'],
  ['RUNNING', 2.9, null],
  ['RUNNING', null, 'Estimating the time left'],
  ['CLAIMED', 200, null],
  ['CLAIMED', null, null],
])('a %s run with an estimate of %j s says %j', (state, etaSeconds, words) => {
  expect(timeLeft({ state, etaSeconds })).toBe(words);
});
