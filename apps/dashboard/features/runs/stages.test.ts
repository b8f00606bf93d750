import { expect, test } from 'vitest';
import { overallFraction, stages } from './stages.ts';

test('the shares of all stages make up a whole run', () => {
  expect(stages.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1);
});

test.each([
  { stage: null, fraction: 0.5, overall: 0 },
  { stage: 'load', fraction: 0.5, overall: 0.05 },
  { stage: 'quantize', fraction: 0, overall: 0.5 },
  { stage: 'evaluate', fraction: 1, overall: 1 },
])('$fraction of $stage is $overall of the run', ({ stage, fraction, overall }) => {
  expect(overallFraction(stage, fraction)).toBeCloseTo(overall);
});
