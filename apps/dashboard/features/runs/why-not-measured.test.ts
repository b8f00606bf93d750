import { expect, it } from 'vitest';
import { whyNotMeasured } from './why-not-measured.ts';

const unread = 'held-back.npz is not read: accuracy is measured through a companion graph, and none is given.';

it.each([
  ['no evaluation set', { given: false, unmeasured: null }, /^Give the next run an evaluation set/],
  ['the worker’s own reason', { given: true, unmeasured: unread }, unread],
  ['an outcome from before there was a reason', { given: true, unmeasured: null }, /warnings below/],
])('says why accuracy was not measured: %s', (_, run, says) => {
  expect(whyNotMeasured(run)).toMatch(says);
});
