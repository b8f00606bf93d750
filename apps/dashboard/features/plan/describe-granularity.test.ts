import { expect, test } from 'vitest';
import { describeGranularity } from './describe-granularity.ts';

test.each([
  { tensor: { granularity: 'per-channel', axis: 0 }, words: 'per-channel, axis 0' },
  { tensor: { granularity: 'per-tensor', axis: null }, words: 'per-tensor' },
  { tensor: { granularity: 'per-group', axis: null, groupSize: 32 }, words: 'per-group of 32' },
  { tensor: { granularity: 'per-group', axis: null, groupSize: null }, words: 'per-group' },
])('$words', ({ tensor, words }) => {
  expect(describeGranularity(tensor)).toBe(words);
});
