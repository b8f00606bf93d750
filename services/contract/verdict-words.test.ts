import { expect, test } from 'vitest';
import { countVerdicts, type Plan, plannedTensor, type Verdict, verdictOf } from './plan.ts';
import { verdictWords } from './verdict-words.ts';

const int8 = plannedTensor('int8', null);

test.each([
  { weights: int8, activations: int8, isSkipped: false, verdict: 'quantized' },
  { weights: int8, activations: null, isSkipped: true, verdict: 'quantized' },
  { weights: null, activations: int8, isSkipped: false, verdict: 'inputs' },
  { weights: null, activations: int8, isSkipped: true, verdict: 'inputs' },
  { weights: null, activations: null, isSkipped: false, verdict: 'native' },
  { weights: null, activations: null, isSkipped: true, verdict: 'skipped' },
])('weights $weights.dtype, activations $activations.dtype, skipped $isSkipped: $verdict', ({ verdict, ...layer }) => {
  expect(verdictOf(layer)).toBe(verdict);
});

const blank = { name: 'fc', class: 'Linear', evidence: 'said so', shape: [4, 4], reason: 'said so' };

function planOf(...verdicts: Verdict[]): Plan {
  const layers = verdicts.map((verdict) => ({ ...blank, verdict, weights: null, activations: null }));
  return { backend: 'modelopt.onnx', layers, rules: [], warnings: [], bytesBefore: 64, bytesAfter: 64 };
}

test('counts add up to the layers, and are told in words', () => {
  const counts = countVerdicts(planOf('quantized', 'inputs', 'native', 'inputs', 'skipped', 'native'));
  expect(counts).toEqual({ quantized: 1, inputs: 2, native: 2, skipped: 1 });
  expect(verdictWords(counts)).toBe('1 quantized, 2 inputs only, 2 native, 1 skipped');
});

test('where no inputs are quantized alone they are not spoken of, as of an outcome that is older than the verdict', () => {
  expect(verdictWords(countVerdicts(planOf('quantized', 'native')))).toBe('1 quantized, 1 native, 0 skipped');
  expect(verdictWords({ quantized: 12, native: 23, skipped: 0 })).toBe('12 quantized, 23 native, 0 skipped');
});
