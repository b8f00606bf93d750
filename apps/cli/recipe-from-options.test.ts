import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { QuantizationOptions } from './quantization-options.ts';
import { recipeFromOptions } from './recipe-from-options.ts';

let scratch: string;
let spec: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'zeropoint-recipe-'));
  spec = join(scratch, 'spec.yaml');
  await writeFile(
    spec,
    `quantize:
  backend: modelopt.pytorch
  mode: static_ptq
  algorithm: minmax
  layers: [{ module_name: "layer1.*", weights: { dtype: int8 }, activations: { dtype: int8 } }]
  skip_names: [fc]
`,
  );
});
afterAll(() => rm(scratch, { recursive: true, force: true }));

const int8 = { dtype: 'int8' };
const fp8 = { dtype: 'fp8_e4m3fn' };
const specRule = { module_name: 'layer1.*', weights: int8, activations: int8 };

const cases: readonly { what: string; options: QuantizationOptions; fromSpec?: true; recipe: object }[] = [
  {
    what: 'a backend alone is its preset',
    options: { backend: 'modelopt.onnx' },
    recipe: { backend: 'modelopt.onnx', mode: 'static_ptq', algorithm: 'max', layers: [], skip_names: [] },
  },
  {
    what: 'a spec is taken as it stands',
    options: {},
    fromSpec: true,
    recipe: { layers: [specRule], skip_names: ['fc'] },
  },
  {
    what: 'an algorithm replaces the spec’s',
    options: { algorithm: 'max' },
    fromSpec: true,
    recipe: { algorithm: 'max' },
  },
  {
    what: 'a skip is added to the spec’s',
    options: { skip: ['pool'] },
    fromSpec: true,
    recipe: { skip_names: ['fc', 'pool'] },
  },
  {
    what: 'layers replace the spec’s rules, and get what the backend quantizes',
    options: { layers: ['a', 'b'] },
    fromSpec: true,
    recipe: {
      layers: [
        { module_name: 'a', weights: int8, activations: int8 },
        { module_name: 'b', weights: int8, activations: int8 },
      ],
    },
  },
  {
    what: 'a dtype without layers speaks of all of them',
    options: { backend: 'torchao', weights: 'int8' },
    recipe: { layers: [{ module_name: '*', weights: int8, activations: null }] },
  },
  {
    what: 'weights alone speak for no activations where the mode leaves those alone',
    options: { backend: 'modelopt.pytorch', mode: 'weight_only_ptq', layers: ['fc'] },
    recipe: { mode: 'weight_only_ptq', layers: [{ module_name: 'fc', weights: int8, activations: null }] },
  },
  {
    what: 'TAO’s reading is asked for as a release is',
    options: { backend: 'modelopt.pytorch', compat: 'tao', weights: 'int8' },
    recipe: { backend_kwargs: { compat: 'tao' } },
  },
  {
    what: 'another backend than the spec’s takes its rules, not its mode and algorithm',
    options: { backend: 'modelopt.onnx' },
    fromSpec: true,
    recipe: { backend: 'modelopt.onnx', mode: 'static_ptq', algorithm: 'max', layers: [specRule] },
  },
  {
    what: 'a setting is an option of the backend, read as YAML',
    options: { backend: 'modelopt.onnx', set: ['high_precision_dtype=fp32'] },
    recipe: { backend_kwargs: { high_precision_dtype: 'fp32' } },
  },
  {
    what: 'a list and a decimal are read as YAML, too',
    options: {
      backend: 'modelopt.onnx',
      algorithm: 'percentile',
      set: ['nodes_to_exclude=[/head/.*, ^/stem]', 'percentile=99.9', 'override_shapes=x:1x3x8x8,ids:1x128'],
    },
    recipe: {
      backend_kwargs: {
        nodes_to_exclude: ['/head/.*', '^/stem'],
        percentile: 99.9,
        override_shapes: 'x:1x3x8x8,ids:1x128',
      },
    },
  },
  {
    what: 'weights alone speak for activations, where both are quantized',
    options: { backend: 'modelopt.onnx', weights: 'fp8_e4m3fn' },
    recipe: { layers: [{ module_name: '*', weights: fp8, activations: fp8 }] },
  },
  {
    what: 'layers without a dtype get that of the mode',
    options: { backend: 'modelopt.onnx', layers: ['Conv'], set: ['quantize_mode=fp8'] },
    recipe: { layers: [{ module_name: 'Conv', weights: fp8, activations: fp8 }] },
  },
  {
    what: 'a release to reproduce is a setting of modelopt.onnx',
    options: { backend: 'modelopt.onnx', compat: 'modelopt-0.47' },
    recipe: { backend_kwargs: { compat: 'modelopt-0.47' } },
  },
  {
    what: 'a release to reproduce is a setting of torchao',
    options: { backend: 'torchao', compat: 'torchao-0.17', set: ['granularity=per_tensor'] },
    recipe: { backend_kwargs: { compat: 'torchao-0.17', granularity: 'per_tensor' } },
  },
];

test.each(cases)('$what', async ({ options, fromSpec, recipe }) => {
  const parsed = await recipeFromOptions({ ...options, ...(fromSpec ? { e: spec } : {}) });
  expect(parsed).toMatchObject({ recipe, warnings: [] });
});

test('what a preset of the spec decides goes with it where a flag puts another in its place', async () => {
  const smooth = join(scratch, 'smooth.yaml');
  await writeFile(smooth, 'quantize: {backend: modelopt.pytorch, backend_kwargs: {preset: INT8_SMOOTHQUANT_CFG}}');
  const kept = await recipeFromOptions({ e: smooth, set: ['max_samples=8'] });
  expect(kept.recipe.algorithm).toBe('smoothquant');
  expect(kept.warnings).toEqual(['The preset decides the algorithm: INT8_SMOOTHQUANT_CFG is smoothquant.']);
  const other = await recipeFromOptions({ e: smooth, set: ['preset=FP8_DEFAULT_CFG'] });
  expect(other.recipe.algorithm).toBe('minmax');
});

test.each([
  {
    what: 'a dtype nobody has is called by its option',
    options: { backend: 'torchao', weights: 'int4' },
    message: '--weights is "int4", which torchao does not offer.',
    remedy: 'It offers int8, fp8_e4m3fn, fp8_e5m2, native.',
  },
  {
    what: 'a backend that is nearly one is told the nearest',
    options: { backend: 'torchoa' },
    message: '--backend is "torchoa", which there is not.',
    remedy: /^Did you mean torchao\?/,
  },
  {
    what: 'a setting without a value is shown one',
    options: { backend: 'torchao', set: ['group_size'] },
    message: '--set group_size cannot be used: it is not of the form key=value.',
    remedy: 'Write, for example, --set group_size=128.',
  },
  {
    what: 'a setting nobody has is shown the nearest of the backend’s own',
    options: { backend: 'modelopt.onnx', set: ['high_precision'] },
    message: /key=value/,
    remedy: 'Write, for example, --set high_precision_dtype=fp16.',
  },
  {
    what: 'a list is shown as a shell takes it',
    options: { backend: 'modelopt.onnx', set: ['nodes_to_exclude'] },
    message: /key=value/,
    remedy: "Write, for example, --set 'nodes_to_exclude=[/head/.*]'.",
  },
  {
    what: 'a shape is shown as it is written',
    options: { backend: 'modelopt.onnx', set: ['override_shapes'] },
    message: /key=value/,
    remedy: 'Write, for example, --set override_shapes=x:1x3x224x224.',
  },
  {
    what: 'a number without a default is shown one',
    options: { backend: 'modelopt.onnx', set: ['opset=['] },
    message: /no YAML/,
    remedy: 'Write, for example, --set opset=23.',
  },
  {
    what: 'a list of pairs is shown one',
    options: { backend: 'modelopt.pytorch', set: ['module_clases'] },
    message: /key=value/,
    remedy: "Write, for example, --set 'module_classes=[pool=MaxPool2d]'.",
  },
])('$what', async ({ options, message, remedy }) => {
  const matching = (text: string | RegExp) => (typeof text === 'string' ? text : expect.stringMatching(text));
  await expect(recipeFromOptions(options)).rejects.toMatchObject({
    code: 'RECIPE_INVALID',
    message: matching(message),
    remedy: matching(remedy),
  });
});

test.each<{ options: QuantizationOptions; message: RegExp; remedy: RegExp }>([
  {
    options: { backend: 'modelopt.pytorch', compat: 'modelopt-0.47' },
    message: /modelopt\.pytorch does not offer compat="modelopt-0\.47"/,
    remedy: /"tao"/,
  },
  {
    options: { backend: 'modelopt.onnx', compat: 'torchao-0.17' },
    message: /modelopt\.onnx does not offer compat="torchao-0\.17"/,
    remedy: /"modelopt-0\.47"/,
  },
])('the release $options is refused', async ({ options, message, remedy }) => {
  await expect(recipeFromOptions(options)).rejects.toMatchObject({
    code: 'RECIPE_INVALID',
    message: expect.stringMatching(message),
    remedy: expect.stringMatching(remedy),
  });
});
