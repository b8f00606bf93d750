import { expect, it } from 'vitest';
import type { Recipe } from '#contract/recipe/recipe.ts';
import { tellAccuracyLoss } from './accuracy-loss.ts';

const recipe: Recipe = {
  backend: 'modelopt.pytorch',
  mode: 'static_ptq',
  algorithm: 'entropy',
  layers: [],
  skip_names: [],
  device: 'cpu',
  backend_kwargs: {},
};
const pair = (float: number, quantized: number, total = 1488) => ({
  metric: 'top1' as const,
  float: { correct: float, total },
  quantized: { correct: quantized, total },
  agreement: quantized,
});

it('says by how much accuracy fell, and what to try instead of entropy', () => {
  expect(tellAccuracyLoss(pair(1477, 479), recipe)).toBe(
    'Accuracy falls by 67.07 points, from 99.26 % to 32.19 %, so this result is hardly of use. Entropy cuts the ranges of activations, and too far where most values are near zero: try algorithm: minmax, or leave the layers that lose most in high precision with skip_names, often the first and the last.',
  );
});

it.each([
  ['max', 'Try fp8_e4m3fn'],
  ['percentile', 'a higher percentile'],
  [null, 'Give each channel a scale of its own'],
] as const)('names a remedy that fits algorithm: %s', (algorithm, remedy) => {
  expect(tellAccuracyLoss(pair(1477, 1000), { ...recipe, algorithm })).toContain(remedy);
});

it.each([
  ['a loss that calibration may cost', 1477, 1420],
  ['no change', 1477, 1477],
  ['a gain', 1000, 1200],
])('says nothing of %s', (_, float, quantized) => {
  expect(tellAccuracyLoss(pair(float, quantized), recipe)).toBeNull();
});

it('says nothing where nothing was counted', () => {
  expect(tellAccuracyLoss(pair(0, 0, 0), recipe)).toBeNull();
});
