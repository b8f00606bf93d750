import { describe, expect, it } from 'vitest';
import { backendCard } from './catalogue.ts';
import { parseRecipe } from './parse-recipe.ts';
import { nextBackend, promoteRecipe } from './promote-recipe.ts';
import type { BackendId, Recipe } from './recipe.ts';

const recipeOf = (section: object): Recipe => parseRecipe(section).recipe;
const int8 = { dtype: 'int8' };
const float8 = { dtype: 'fp8_e4m3fn' };
const native = { dtype: 'native' };

describe('the way', () => {
  it.each<{ from: BackendId; next: BackendId | null }>([
    { from: 'torchao', next: 'modelopt.pytorch' },
    { from: 'modelopt.pytorch', next: 'modelopt.onnx' },
    { from: 'modelopt.onnx', next: null },
  ])('after $from comes $next', ({ from, next }) => {
    expect(nextBackend(from)).toBe(next);
  });

  it.each<{ from: BackendId; to: BackendId | undefined }>([
    { from: 'modelopt.onnx', to: undefined },
    { from: 'modelopt.pytorch', to: 'torchao' },
    { from: 'torchao', to: 'torchao' },
  ])('no step leads from $from to $to', ({ from, to }) => {
    expect(() => promoteRecipe(backendCard(from).preset, to)).toThrow(/last step|No step leads/);
  });
});

describe('from torchao to modelopt.pytorch', () => {
  it('weights keep their rules, and activations get the dtype of the weights', () => {
    const { to, recipe, changed, lost, needs } = promoteRecipe(
      recipeOf({
        backend: 'torchao',
        device: 'cuda',
        layers: [
          { module_name: 'decoder.*', weights: int8 },
          { module_name: 'head', weights: native },
        ],
        skip_names: ['*norm*'],
      }),
    );
    expect(to).toBe('modelopt.pytorch');
    expect(recipe).toEqual(
      recipeOf({
        backend: 'modelopt.pytorch',
        device: 'cuda',
        layers: [
          { module_name: 'decoder.*', weights: int8, activations: int8 },
          { module_name: 'head', weights: native, activations: native },
        ],
        skip_names: ['*norm*'],
      }),
    );
    expect(changed).toEqual([
      expect.stringMatching(/^Activations are quantized as well/),
      expect.stringMatching(/“decoder\.\*” quantizes every layer/),
    ]);
    expect(lost).toEqual([]);
    expect(needs).toEqual(['COMPANION_GRAPH', 'CALIBRATION']);
  });

  it('without rules the scope grows, and it says so', () => {
    const { recipe, changed } = promoteRecipe(recipeOf({ backend: 'torchao' }));
    expect(recipe).toEqual(backendCard('modelopt.pytorch').preset);
    expect(changed.join(' ')).toContain('convolutions');
  });

  it.each<{ what: string; section: object; layers: readonly object[]; lost: readonly RegExp[] }>([
    {
      what: 'one scale for the tensor',
      section: { backend_kwargs: { granularity: 'per_tensor' } },
      layers: [{ module_name: 'Linear', weights: { ...int8, quant_axis: null }, activations: int8 }],
      lost: [],
    },
    {
      what: 'a scale for each row',
      section: { layers: [{ module_name: 'fc', weights: { ...float8, quant_axis: 0 } }] },
      layers: [{ module_name: 'fc', weights: float8, activations: float8 }],
      lost: [],
    },
    {
      what: 'e5m2',
      section: { layers: [{ module_name: 'fc', weights: { dtype: 'fp8_e5m2' } }] },
      layers: [{ module_name: 'fc', weights: float8, activations: float8 }],
      lost: [/“fc”.*fp8_e5m2.*fp8_e4m3fn/],
    },
    {
      what: 'groups of a rule',
      section: { layers: [{ module_name: 'fc', weights: { ...int8, group_size: 32 } }] },
      layers: [{ module_name: 'fc', weights: int8, activations: int8 }],
      lost: [/“fc”: scales per group of 32/],
    },
    {
      what: 'options of torchao',
      section: {
        backend_kwargs: { group_size: 64, compat: 'torchao-0.18', output_format: 'safetensors' },
      },
      layers: [],
      lost: [/^Scales per group of 64/, /^compat/, /^output_format/],
    },
    {
      what: 'the rest of a checkpoint',
      section: { backend_kwargs: { rest_of_checkpoint: 'keep' } },
      layers: [],
      lost: [/^rest_of_checkpoint/],
    },
  ])('$what', ({ section, layers, lost }) => {
    const promotion = promoteRecipe(recipeOf({ backend: 'torchao', ...section }));
    expect(promotion.recipe.layers).toEqual(layers);
    expect(promotion.lost).toEqual(lost.map((sentence) => expect.stringMatching(sentence)));
  });
});

describe('from modelopt.pytorch to modelopt.onnx', () => {
  const step = (section: object) => promoteRecipe(recipeOf({ backend: 'modelopt.pytorch', ...section }));
  const both = { weights: int8, activations: int8 };

  it('a recipe without rules stays one, and needs the exported model alone', () => {
    const { to, recipe, lost, needs } = step({});
    expect(to).toBe('modelopt.onnx');
    expect(recipe).toEqual(recipeOf({ backend: 'modelopt.onnx', algorithm: 'minmax' }));
    expect(lost).toEqual([
      'Quantized inputs of LayerNorm stay so only right behind a quantized layer, those of pooling stay so only beside a quantized layer, those of InstanceNorm become float again. The plan marks what stays “Inputs only”.',
    ]);
    expect(needs).toEqual(['ONNX_MODEL']);
  });

  it.each<{ what: string; section: object; recipe: Partial<Recipe> | object; lost: readonly RegExp[] }>([
    {
      what: 'a preset of FP8 is a mode',
      section: { backend_kwargs: { preset: 'FP8_DEFAULT_CFG' } },
      recipe: { layers: [], backend_kwargs: { quantize_mode: 'fp8' } },
      lost: [/^Quantized inputs of LayerNorm, pooling and InstanceNorm: TensorRT has no FP8 kernels/],
    },
    {
      what: 'a preset beside rules is a rule for the rest',
      section: {
        layers: [{ module_name: 'head', weights: native, activations: native }],
        backend_kwargs: { preset: 'INT8_DEFAULT_CFG' },
      },
      recipe: {
        layers: [
          { module_name: '*', ...both },
          { module_name: 'head', weights: native, activations: native },
        ],
      },
      lost: [/^Quantized inputs of LayerNorm/],
    },
    {
      what: 'the first rule that quantizes says the mode, and others lose',
      section: {
        layers: [
          { module_name: 'Conv2d', weights: float8, activations: float8 },
          { module_name: 'fc', ...both },
        ],
      },
      recipe: {
        layers: [
          { module_name: 'Conv2d', weights: float8, activations: float8 },
          { module_name: 'fc', weights: native, activations: native },
        ],
      },
      lost: [/“fc” asks for int8.*here fp8_e4m3fn/],
    },
    {
      what: 'two dtypes in one rule become that of the weights',
      section: { layers: [{ module_name: 'fc', weights: int8, activations: float8 }] },
      recipe: { layers: [{ module_name: 'fc', ...both }] },
      lost: [/activations are quantized to int8 like the weights/],
    },
    {
      what: 'weights alone of one rule',
      section: {
        layers: [
          { module_name: 'fc', weights: int8 },
          { module_name: 'Conv2d', ...both },
        ],
      },
      recipe: {
        layers: [
          { module_name: 'fc', ...both },
          { module_name: 'Conv2d', ...both },
        ],
      },
      lost: [/“fc” quantizes weights alone/],
    },
    {
      what: 'weights alone of the whole recipe are said once',
      section: { mode: 'weight_only_ptq', layers: [{ module_name: 'fc', weights: int8 }] },
      recipe: { mode: 'static_ptq', layers: [{ module_name: 'fc', ...both }] },
      lost: [/^Weights alone/],
    },
    {
      what: 'a rule that says nothing leaves its layers as they are',
      section: { layers: [{ module_name: 'fc', ...both }, { module_name: 'fc.out' }] },
      recipe: {
        layers: [
          { module_name: 'fc', ...both },
          { module_name: 'fc.out', weights: native, activations: native },
        ],
      },
      lost: [],
    },
    {
      what: 'inputs alone beside native weights',
      section: {
        layers: [
          { module_name: 'Linear', ...both },
          { module_name: 'fc', weights: native, activations: int8 },
        ],
      },
      recipe: {
        layers: [
          { module_name: 'Linear', ...both },
          { module_name: 'fc', weights: native, activations: native },
        ],
      },
      lost: [/“fc” quantizes inputs alone/],
    },
    {
      what: 'one scale for the weight stays, an axis of rows is the usual',
      section: {
        layers: [
          { module_name: 'a', weights: { ...int8, quant_axis: null }, activations: int8 },
          { module_name: 'b', weights: { ...int8, quant_axis: 0 }, activations: int8 },
        ],
      },
      recipe: {
        layers: [
          { module_name: 'a', weights: { ...int8, quant_axis: null }, activations: int8 },
          { module_name: 'b', ...both },
        ],
      },
      lost: [],
    },
    {
      what: 'classes that a graph does not tell',
      section: {
        layers: [
          { module_name: 'Linear', ...both },
          { module_name: 'LSTM', ...both },
          { module_name: 'AvgPool2d', weights: native, activations: native },
        ],
        skip_names: ['LayerNorm', 'head'],
      },
      recipe: {
        layers: [{ module_name: 'Linear', ...both }],
        skip_names: ['head'],
        backend_kwargs: { op_types_to_exclude: ['LayerNormalization', 'AveragePool'] },
      },
      lost: [/“LSTM”/],
    },
    {
      what: 'rules of which none is left do not become a recipe for everything',
      section: { layers: [{ module_name: 'LSTM', ...both }] },
      recipe: { layers: [{ module_name: '*', weights: native, activations: native }] },
      lost: [/“LSTM”/],
    },
    {
      what: 'skips of single quantizers',
      section: { skip_names: ['*weight_quantizer', 'head'] },
      recipe: { skip_names: ['head'] },
      lost: [/weight_quantizer/, /^Quantized inputs of LayerNorm/],
    },
    {
      what: 'TAO’s reading',
      section: {
        layers: [{ module_name: 'fc', weights: { dtype: 'fp8_e5m2' }, activations: float8 }],
        backend_kwargs: { compat: 'tao' },
      },
      recipe: { layers: [{ module_name: 'fc', weights: float8, activations: float8 }] },
      lost: [/^compat tao/, /^Quantized inputs of LayerNorm/],
    },
    {
      what: 'classes that were told and an older release',
      section: { backend_kwargs: { module_classes: ['a=MaxPool2d'], modelopt_version: '0.41' } },
      recipe: { backend_kwargs: {} },
      lost: [/^module_classes/, /^modelopt_version 0\.41/, /^Quantized inputs of pooling/],
    },
  ])('$what', ({ section, recipe, lost }) => {
    const promotion = step(section);
    expect(promotion.recipe).toMatchObject(recipe);
    expect(promotion.lost).toEqual(lost.map((sentence) => expect.stringMatching(sentence)));
  });

  it.each([
    { what: 'Linear alone', layers: [{ module_name: 'Linear', ...both }], of: [] },
    { what: 'one module by its name', layers: [{ module_name: 'head', ...both }], of: [] },
    { what: 'everything', layers: [{ module_name: '*', ...both }], of: ['LayerNorm', 'pooling', 'InstanceNorm'] },
    {
      what: 'everything but norms',
      layers: [
        { module_name: '*', ...both },
        { module_name: '*Norm*', weights: native, activations: native },
      ],
      of: ['pooling'],
    },
    {
      what: 'modules of any class',
      layers: [{ module_name: 'blocks.*', ...both }],
      of: ['LayerNorm', 'pooling', 'InstanceNorm'],
    },
    { what: 'weights of everything', layers: [{ module_name: '*', weights: int8 }], of: [] },
  ])('of a recipe for $what it says which quantized inputs an ONNX model has no place for', ({ layers, of }) => {
    const said = step({ layers, skip_names: [] }).lost.find((one) => one.startsWith('Quantized inputs')) ?? '';
    expect(['LayerNorm', 'pooling', 'InstanceNorm'].filter((name) => said.includes(name))).toEqual(of);
  });

  it('of a model that is known it tells only of the inputs that its plan quantized', () => {
    const recipe = recipeOf({ backend: 'modelopt.pytorch' });
    expect(promoteRecipe(recipe, 'modelopt.onnx', { inputsOnly: [] }).lost).toEqual([]);
    const { lost } = promoteRecipe(recipe, 'modelopt.onnx', { inputsOnly: ['AdaptiveAvgPool2d'] });
    expect(lost).toEqual([
      expect.stringMatching(/^Quantized inputs of pooling stay so only beside a quantized layer\./),
    ]);
  });

  it('what is called the same in both is carried over', () => {
    const backend_kwargs = { percentile: 99.9, max_samples: 64, seed: 3, batch_size: 8 };
    const { recipe, kept } = step({ algorithm: 'percentile', backend_kwargs });
    expect(recipe).toMatchObject({ algorithm: 'percentile', backend_kwargs });
    expect(kept).toContain('Ranges are found with percentile.');
  });

  it('calibration data are needed where weights alone were quantized before', () => {
    expect(step({ mode: 'weight_only_ptq' }).needs).toEqual(['ONNX_MODEL', 'CALIBRATION']);
  });
});

it('two steps at once say what both change', () => {
  const { to, recipe, changed, lost, needs } = promoteRecipe(
    recipeOf({ backend: 'torchao', layers: [{ module_name: 'fc', weights: { dtype: 'fp8_e5m2' } }] }),
    'modelopt.onnx',
  );
  expect(to).toBe('modelopt.onnx');
  expect(recipe).toMatchObject({
    backend: 'modelopt.onnx',
    layers: [{ module_name: 'fc', weights: float8, activations: float8 }],
  });
  expect(changed.join(' ')).toMatch(/Activations are quantized as well.*Q\/DQ/);
  expect(lost.join(' ')).toContain('fp8_e5m2');
  expect(lost.join(' ')).not.toContain('Quantized inputs');
  expect(needs).toEqual(['ONNX_MODEL', 'CALIBRATION']);
});
