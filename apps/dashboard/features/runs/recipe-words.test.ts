import { expect, test } from 'vitest';
import { recipeWords } from './recipe-words.ts';

const torchao = { backend: 'torchao', layers: [], backend_kwargs: {} };
const rule = (weights: object) => ({ module_name: 'Linear', weights, activations: null });

test.each([
  { recipe: torchao, words: 'int8 per row' },
  { recipe: { ...torchao, backend_kwargs: { granularity: 'per_tensor' } }, words: 'int8 per tensor' },
  { recipe: { ...torchao, backend_kwargs: { granularity: 'per_group' } }, words: 'int8 per group of 128' },
  { recipe: { ...torchao, backend_kwargs: { group_size: 32 } }, words: 'int8 per group of 32' },
  { recipe: { ...torchao, layers: [rule({ dtype: 'fp8_e4m3fn' })] }, words: 'fp8 e4m3fn per row' },
  {
    recipe: { ...torchao, layers: [rule({ dtype: 'fp8_e5m2', group_size: 64 }), rule({ dtype: 'native' })] },
    words: 'fp8 e5m2 per group of 64',
  },
  { recipe: { ...torchao, layers: [rule({ dtype: 'int8', quant_axis: null })] }, words: 'int8 per tensor' },
  { recipe: { ...torchao, backend: 'modelopt.onnx' }, words: 'int8' },
  { recipe: null, words: '' },
])('a recipe in a line: $words', ({ recipe, words }) => {
  expect(recipeWords(recipe)).toBe(words);
});
