import { expect, test } from 'vitest';
import { parseRecipe } from './parse-recipe.ts';
import { promoteRecipe } from './promote-recipe.ts';

const int8 = { dtype: 'int8' };
const { recipe: before } = parseRecipe({
  backend: 'modelopt.pytorch',
  layers: [
    { module_name: 'stem.0', weights: int8, activations: int8 },
    { module_name: 'stem.1', weights: int8, activations: int8 },
  ],
  skip_names: ['layer1.*.bn1', 'fc'],
});

test('patterns of folded modules are not carried over, and the promotion says so', () => {
  const { recipe, kept, lost } = promoteRecipe(before, 'modelopt.onnx', {
    foldedAway: ['stem.1', 'layer1.*.bn1'],
  });
  expect(recipe.layers.map(({ module_name }) => module_name)).toEqual(['stem.0']);
  expect(recipe.skip_names).toEqual(['fc']);
  expect(lost).toEqual(
    expect.arrayContaining([
      'The rule “stem.1” names only modules that the export folded into others, so that no node of the ONNX model goes by it.',
      'skip_names “layer1.*.bn1” names only modules that the export folded into others, so that no node of the ONNX model goes by it.',
    ]),
  );
  expect(kept.join(' ')).not.toMatch(/stem\.1|bn1/);
});

test('where no rule is left, the recipe quantizes nothing and not everything', () => {
  const { recipe } = promoteRecipe(before, 'modelopt.onnx', { foldedAway: ['stem.0', 'stem.1'] });
  expect(recipe.layers).toEqual([{ module_name: '*', weights: { dtype: 'native' }, activations: { dtype: 'native' } }]);
});

test('nothing changes where nobody has looked', () => {
  expect(promoteRecipe(before, 'modelopt.onnx').recipe.skip_names).toEqual(['layer1.*.bn1', 'fc']);
});
