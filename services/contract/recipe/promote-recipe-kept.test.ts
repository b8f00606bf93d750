import { expect, test } from 'vitest';
import { parseRecipe } from './parse-recipe.ts';
import { promoteRecipe } from './promote-recipe.ts';

const int8 = { dtype: 'int8' };
const float8 = { dtype: 'fp8_e4m3fn' };
const native = { dtype: 'native' };
const promoted = (section: object) => promoteRecipe(parseRecipe(section).recipe);
const fromPytorch = (section: object) => promoted({ backend: 'modelopt.pytorch', ...section });

test('a rule that is lost to the mode of the model is not told as kept', () => {
  const { kept, lost } = fromPytorch({
    layers: [
      { module_name: 'conv', weights: float8, activations: float8 },
      { module_name: 'fc', weights: int8, activations: int8 },
      { module_name: 'head', weights: native, activations: native },
    ],
  });
  expect(kept.slice(0, 2)).toEqual(['Quantized: conv.', 'Left as they are: head.']);
  expect(lost).toEqual([expect.stringMatching(/“fc” asks for int8/)]);
});

test('where no rules became one, it is not said that there are none, but what the one is for', () => {
  const { recipe, kept, changed } = promoted({ backend: 'torchao', backend_kwargs: { granularity: 'per_tensor' } });
  expect(recipe.layers.map(({ module_name }) => module_name)).toEqual(['Linear']);
  expect(kept.filter((sentence) => sentence.startsWith('No rules'))).toEqual([]);
  expect(changed).toContainEqual(
    expect.stringMatching(/Linear layers have one now, and convolutions stay as they are/),
  );
  expect(promoted({ backend: 'torchao' }).kept).toContain('No rules: everything that the backend can quantize.');
});

test.each([
  ['of a class that no ONNX model has', { module_name: 'LSTM', weights: float8, activations: float8 }],
  ['for inputs alone', { module_name: 'fc', weights: native, activations: float8 }],
])('a rule %s does not choose the mode of the others', (_, rule) => {
  const { recipe } = fromPytorch({ layers: [rule, { module_name: 'Conv2d', weights: int8, activations: int8 }] });
  expect(recipe.backend_kwargs).toEqual({});
  expect(recipe.layers.at(-1)).toMatchObject({ module_name: 'Conv2d', weights: int8, activations: int8 });
});

test.each([
  ['says that inputs stay', { activations: native }],
  ['says nothing', {}],
])('poolings that a rule leaves as they are stay so where the rule %s', (_, rule) => {
  const { recipe } = fromPytorch({
    layers: [
      { module_name: '*', weights: int8, activations: int8 },
      { module_name: 'MaxPool2d', ...rule },
    ],
  });
  expect(recipe.backend_kwargs).toEqual({ op_types_to_exclude: ['MaxPool'] });
});
