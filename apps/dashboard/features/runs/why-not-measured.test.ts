import { expect, it } from 'vitest';
import { whyNotMeasured } from './why-not-measured.ts';

const custom = 'Accuracy is not measured: the output found depends on the custom operator EfficientNMS_TRT.';
const unread = 'held-back.npz is not read: accuracy is measured through a companion graph, and none is given.';

it.each([
  ['no evaluation set', { given: false, warnings: [] }, /^Give the next run an evaluation set/],
  ['an operator that cannot be computed', { given: true, warnings: ['Something else.', custom] }, custom],
  ['no companion graph', { given: true, warnings: [unread] }, unread],
  ['a reason of another kind', { given: true, warnings: ['Something else.'] }, /warnings below/],
])('says why accuracy was not measured: %s', (_, run, says) => {
  expect(whyNotMeasured(run)).toMatch(says);
});
