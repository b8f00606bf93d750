import { expect, test } from 'vitest';
import { estimateRemaining, isStage } from './estimate-remaining.ts';

test.each([
  { stage: 'load', fraction: 0.1, elapsed: 1, remaining: null },
  { stage: 'calibrate', fraction: 0.5, elapsed: 30, remaining: 70 },
  { stage: 'quantize', fraction: 0, elapsed: 10, remaining: 10 },
  { stage: 'evaluate', fraction: 1, elapsed: 99, remaining: 0 },
] as const)('$fraction of $stage after $elapsed s leaves $remaining s', ({ remaining, ...at }) => {
  expect(estimateRemaining(at)).toBe(remaining);
});

test('only the stages of the contract are stages', () => {
  expect(isStage('calibrate')).toBe(true);
  expect(isStage('toString')).toBe(false);
});
