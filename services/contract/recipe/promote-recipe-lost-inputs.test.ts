import { expect, test } from 'vitest';
import { catalogue } from './catalogue.ts';
import { lostInputs } from './promote-recipe-lost-inputs.ts';
import type { LayerRule, Recipe } from './recipe.ts';

const before = catalogue['modelopt.pytorch'].preset;
const int8 = catalogue['modelopt.onnx'].preset;
const float8: Recipe = { ...int8, backend_kwargs: { quantize_mode: 'fp8' } };
const rule = (module_name: string): LayerRule => ({
  module_name,
  weights: { dtype: 'int8' },
  activations: { dtype: 'int8' },
});

test.each([
  { classes: [], says: [] },
  { classes: ['Linear', 'LeakyReLU'], says: [] },
  {
    classes: ['LayerNorm'],
    says: [
      'Quantized inputs of LayerNorm stay so only right behind a quantized layer. The plan marks what stays “Inputs only”.',
    ],
  },
  {
    classes: ['AvgPool2d', 'InstanceNorm1d'],
    says: [
      'Quantized inputs of pooling stay so only beside a quantized layer, those of InstanceNorm become float again. The plan marks what stays “Inputs only”.',
    ],
  },
])('of a plan that quantizes inputs alone of $classes it names those that lose them', ({ classes, says }) => {
  expect(lostInputs(before, int8, classes)).toEqual(says);
});

test('FP8 keeps none of them', () => {
  expect(lostInputs(before, float8, ['LayerNorm'])).toEqual([
    'Quantized inputs of LayerNorm: TensorRT has no FP8 kernels for them, so they become float again.',
  ]);
});

test('a class that a rule names is left to what is said of the rule', () => {
  expect(lostInputs({ ...before, layers: [rule('*'), rule('LayerNorm')] }, int8, ['LayerNorm'])).toEqual([]);
});

test('a plan of one named module is known of, which the recipe alone does not tell', () => {
  const recipe = { ...before, layers: [rule('encoder.norm')] };
  expect(lostInputs(recipe, int8)).toEqual([]);
  expect(lostInputs(recipe, int8, ['LayerNorm'])).toHaveLength(1);
});

test('a recipe of torchao never had any', () => {
  expect(lostInputs(catalogue.torchao.preset, int8)).toEqual([]);
});
