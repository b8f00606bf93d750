import { expect, test } from 'vitest';
import { describeGranularity } from './describe-granularity.ts';

test.each([
  { tensor: { granularity: 'per-channel', axis: 0 }, shape: [10, 64], words: 'per row' },
  { tensor: { granularity: 'per-channel', axis: 0 }, shape: [8, 3, 3, 3], words: 'per channel, axis 0' },
  { tensor: { granularity: 'per-channel', axis: 1 }, shape: [64, 10], words: 'per channel, axis 1' },
  { tensor: { granularity: 'per-tensor', axis: null }, shape: [10, 64], words: 'per tensor' },
  { tensor: { granularity: 'per-group', axis: null, groupSize: 32 }, shape: [10, 64], words: 'per group of 32' },
  { tensor: { granularity: 'per-group', axis: null, groupSize: null }, shape: [10, 64], words: 'per group' },
])('scales of $shape are shared $words', ({ tensor, shape, words }) => {
  expect(describeGranularity(tensor, shape)).toBe(words);
});
