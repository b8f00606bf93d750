import { describe, expect, test } from 'vitest';
import { InputError } from '../failure.ts';
import { catalogue } from './catalogue.ts';
import { parseRecipe } from './parse-recipe.ts';
import { recipeToYaml } from './recipe-to-yaml.ts';

describe('TAO’s minimal specs run as written', () => {
  test.each([
    ['quantize: { backend: "torchao", mode: "weight_only_ptq" }', 'torchao', null],
    [
      'quantize: { backend: "modelopt.pytorch", mode: "static_ptq", algorithm: "minmax" }',
      'modelopt.pytorch',
      'minmax',
    ],
    ['quantize: { backend: "modelopt.onnx", mode: "static_ptq", algorithm: "max" }', 'modelopt.onnx', 'max'],
  ])('%s', (yaml, backend, algorithm) => {
    expect(parseRecipe(yaml).recipe).toMatchObject({ backend, algorithm, layers: [], skip_names: [] });
  });
});

test.each(Object.values(catalogue))('the preset of $id survives YAML', ({ preset }) => {
  expect(parseRecipe(recipeToYaml(preset)).recipe).toEqual(preset);
});

test('dtypes take TAO’s aliases and any case', () => {
  const { recipe } = parseRecipe({ backend: 'torchao', layers: [{ module_name: '*', weights: { dtype: 'INT8' } }] });
  expect(recipe.layers[0]).toEqual({ module_name: '*', weights: { dtype: 'int8' }, activations: null });
});

test('an option that offers texts takes what YAML reads as a number, and is written so that it is a text again', () => {
  const { recipe } = parseRecipe('{backend: modelopt.pytorch, backend_kwargs: {modelopt_version: 0.41}}');
  expect(recipe.backend_kwargs).toEqual({ modelopt_version: '0.41' });
  expect(parseRecipe(recipeToYaml(recipe)).recipe).toEqual(recipe);
});

test('keys that TAO removed are accepted and said to have no effect', () => {
  expect(parseRecipe('{backend: torchao, model_path: /x.pth, default_layer_dtype: native}').warnings).toHaveLength(2);
});

const refused: readonly [yaml: string, message: RegExp, remedy: RegExp][] = [
  ['backend: torchaoo', /backend is "torchaoo"/, /torchao, modelopt\.pytorch, modelopt\.onnx/],
  ['mode: static_ptq', /backend is missing/, /torchao/],
  ['not a recipe', /cannot be used: it is a text, and a recipe is a YAML mapping/, /^Give a file that says at least/],
  ['', /it is empty, and a recipe is a YAML mapping/, /`backend: modelopt\.pytorch`/],
  ['[backend]', /it is a list, and/, /backend quantizes/],
  ['{backend: torchao, mode: static_ptq}', /torchao does not offer mode static_ptq/, /weight_only_ptq/],
  ['{backend: modelopt.onnx, algorithm: awq_lite}', /algorithm is "awq_lite"/, /minmax/],
  ['{backend: torchao, skip_nams: []}', /unknown key `skip_nams`/, /skip_names/],
  [
    '{backend: torchao, layers: [{module_name: a, weights: {dtype: int4}}]}',
    /layers\.0\.weights\.dtype is "int4"/,
    /int8/,
  ],
  [
    '{backend: torchao, layers: [{module_name: a, activations: {dtype: int8}}]}',
    /activations of dtype int8/,
    /weights only/,
  ],
  [
    '{backend: modelopt.onnx, backend_kwargs: {hih_precision_dtype: fp32}}',
    /option hih_precision_dtype/,
    /high_precision_dtype/,
  ],
  ['a: &a [1]\nb: *a', /aliases/, /Write the values out/],
  ['x: !!js/function "y"', /cannot be read/, /line/],
  ['[1, 2', /cannot be read/, /line/],
  ['just words', /mapping/, /backend/],
];

test.each(refused)('%j is refused', (yaml, message, remedy) => {
  const error = capture(() => parseRecipe(yaml));
  expect(error.code).toBe('RECIPE_INVALID');
  expect(error.message).toMatch(message);
  expect(error.remedy).toMatch(remedy);
});

function capture(work: () => unknown): InputError {
  try {
    work();
  } catch (error) {
    if (error instanceof InputError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}
