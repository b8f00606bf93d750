import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { InputError } from '#contract/failure.ts';
import { countVerdicts, type Plan } from '#contract/plan.ts';
import { catalogue } from '#contract/recipe/catalogue.ts';
import type { LayerRule, Recipe } from '#contract/recipe/recipe.ts';
import { demoFile } from '#kit/demo-file.ts';
import { modeloptOnnx } from './backend.ts';

const preset: Recipe = catalogue['modelopt.onnx'].preset;
const files = { model: demoFile('digits-cnn.onnx'), calibration: demoFile('calibration.npz') };
const int8 = (module_name: string): LayerRule => ({
  module_name,
  weights: { dtype: 'int8' },
  activations: { dtype: 'int8' },
});
const plan = (recipe: Partial<Recipe>) => modeloptOnnx.plan({ recipe: { ...preset, ...recipe }, files });
const quantizedNames = ({ layers }: Plan) =>
  layers.filter(({ verdict }) => verdict === 'quantized').map(({ name }) => name);

test('without rules everything that has an int8 kernel is quantized, and every layer has a reason', async () => {
  const everything = await plan({});
  expect(countVerdicts(everything)).toEqual({ quantized: 15, inputs: 7, native: 1, skipped: 0 });
  expect(everything.layers.filter(({ reason }) => reason === '')).toEqual([]);
  const head = everything.layers.find(({ name }) => name === '/fc/Gemm');
  expect(head).toMatchObject({
    verdict: 'native',
    shape: [10, 64],
    reason: expect.stringMatching(/with N 10 and K 64/),
  });
});

test.each([
  {
    pattern: '/layer1/*',
    names: [
      '/layer1/layer1.0/conv1/Conv',
      '/layer1/layer1.0/conv2/Conv',
      '/layer1/layer1.1/conv1/Conv',
      '/layer1/layer1.1/conv2/Conv',
    ],
  },
  { pattern: 'layer2.1.conv1', names: ['/layer2/layer2.1/conv1/Conv'] },
  {
    pattern: 'layer2.0.*',
    names: [
      '/layer2/layer2.0/conv1/Conv',
      '/layer2/layer2.0/conv2/Conv',
      '/layer2/layer2.0/downsample/downsample.0/Conv',
    ],
  },
])('the rule $pattern names nodes and modules', async ({ pattern, names }) => {
  const ruled = await plan({ layers: [int8(pattern)] });
  expect(quantizedNames(ruled).sort()).toEqual(names.sort());
  expect(ruled.layers.find(({ name }) => name === '/layer3/layer3.0/conv1/Conv')?.reason).toBe(
    'no rule of the recipe names it',
  );
});

test('a class of PyTorch and an operator name the same layers', async () => {
  const byClass = await plan({ layers: [int8('Conv2d')] });
  const byOperator = await plan({ layers: [int8('Conv')] });
  expect(quantizedNames(byClass)).toEqual(quantizedNames(byOperator));
  expect(byClass.rules).toEqual([{ pattern: 'Conv2d', kind: 'layer', hits: 15 }]);
});

test('a skip pattern takes exactly the nodes it names, unlike ModelOpt’s prefixes', async () => {
  const skipped = await plan({ skip_names: ['/layer1/layer1.0/conv1/Conv'] });
  expect(countVerdicts(skipped)).toEqual({ quantized: 14, inputs: 7, native: 1, skipped: 1 });
});

test('a layer without a weight whose inputs have Q/DQ pairs is of inputs only, and one without pairs is native', async () => {
  const { layers } = await plan({});
  expect(layers.find(({ name }) => name === '/layer1/layer1.0/Add')).toMatchObject({
    verdict: 'inputs',
    weights: null,
    activations: { dtype: 'int8', granularity: 'per-tensor', axis: null },
    reason: 'TensorRT has an int8 kernel for it; it has no weight, only its inputs become int8',
  });
  const inputsOnly = layers.filter(({ verdict }) => verdict === 'inputs');
  expect(new Set(inputsOnly.map((layer) => layer.class))).toEqual(new Set(['Add', 'GlobalAveragePool']));
  for (const { verdict, weights, activations } of layers)
    expect({ verdict, any: weights !== null || activations !== null }).toEqual({ verdict, any: verdict !== 'native' });
});

test('a rule may ask for one scale for a whole weight', async () => {
  const perTensor = await plan({ layers: [{ ...int8('Conv'), weights: { dtype: 'int8', quant_axis: null } }] });
  expect(perTensor.layers.find(({ verdict }) => verdict === 'quantized')?.weights).toEqual({
    dtype: 'int8',
    granularity: 'per-tensor',
    axis: null,
  });
});

const exclusions: readonly { kwargs: Recipe['backend_kwargs']; without: string; reason: string }[] = [
  { kwargs: { op_types_to_exclude: ['Add'] }, without: 'Add', reason: 'op_types_to_exclude has Add' },
  { kwargs: { nodes_to_exclude: ['/layer1/'] }, without: '/layer1/', reason: 'nodes_to_exclude has /layer1/' },
  {
    kwargs: { op_types_to_quantize: ['Conv'] },
    without: 'MaxPool',
    reason: 'op_types_to_quantize leaves MaxPool out',
  },
];

test.each(exclusions)('$kwargs leaves out what it says', async ({ kwargs, without, reason }) => {
  const { layers } = await plan({ backend_kwargs: kwargs });
  const left = layers.filter((layer) => layer.class === without || layer.name.startsWith(without));
  expect(left.filter(({ activations }) => activations !== null)).toEqual([]);
  expect(new Set(left.map((layer) => layer.reason))).toEqual(new Set(left.length > 0 ? [reason] : []));
});

test('nodes_to_quantize takes the nodes whose names begin so, and no rule of placement adds one', async () => {
  const { layers } = await plan({ backend_kwargs: { nodes_to_quantize: ['/layer1/layer1\\.0', '/stem'] } });
  const quantized = layers.filter(({ activations }) => activations !== null).map(({ name }) => name);
  expect(quantized.every((name) => name.startsWith('/layer1/layer1.0') || name.startsWith('/stem'))).toBe(true);
  expect(quantized).toContain('/layer1/layer1.0/Add');
});

test('where nothing is quantized the plan says so', async () => {
  const everything = await plan({ backend_kwargs: { nodes_to_exclude: ['.*'] } });
  expect(countVerdicts(everything).quantized).toBe(0);
  expect(everything.warnings).toEqual(['No tensor of this model is quantized: every layer says why.']);
});

test('a type that the model lacks is a warning where others of the list are there', async () => {
  const { warnings } = await plan({ backend_kwargs: { op_types_to_quantize: ['Conv', 'ConvTranspose'] } });
  expect(warnings).toEqual(['op_types_to_quantize: no node of the model is a ConvTranspose']);
});

const sizes: readonly { kwargs: Recipe['backend_kwargs']; from: number; to: number }[] = [
  { kwargs: { high_precision_dtype: 'fp32' }, from: 1, to: 1.25 },
  { kwargs: {}, from: 0.5, to: 0.7 },
  { kwargs: { dq_only: true }, from: 0.25, to: 0.45 },
  { kwargs: { quantize_mode: 'fp8', dq_only: true }, from: 0.25, to: 0.45 },
];

test.each(sizes)(
  'with $kwargs the result is between $from and $to of the size, as estimated',
  async ({ kwargs, from, to }) => {
    const planned = await plan({ backend_kwargs: kwargs });
    const outputDir = await mkdtemp(join(tmpdir(), 'zeropoint-size-'));
    const recipe = { ...preset, backend_kwargs: kwargs };
    const report = { progress: () => {}, log: () => {} };
    const signal = new AbortController().signal;
    const found = await modeloptOnnx.quantize({ recipe, files, plan: planned, outputDir, signal, report });
    await rm(outputDir, { recursive: true });
    const share = found.bytesAfter / found.bytesBefore;
    expect({ share, close: share > from && share < to }).toEqual({ share, close: true });
    expect(Math.abs(planned.bytesAfter - found.bytesAfter) / found.bytesAfter).toBeLessThan(0.1);
  },
);

test('FP8 takes convolutions of more than 16 channels, products and residual adds', async () => {
  const { layers } = await plan({ backend_kwargs: { quantize_mode: 'fp8' } });
  const quantized = layers.filter(({ activations }) => activations !== null);
  expect(new Set(quantized.map((layer) => layer.class))).toEqual(new Set(['Conv', 'Add']));
  expect(layers.find(({ name }) => name === '/stem/stem.0/Conv')?.reason).toMatch(/too few for FP8 kernels/);
});

const refusals: readonly { what: string; recipe: Partial<Recipe>; code: string; says: RegExp }[] = [
  {
    what: 'an unknown option',
    recipe: { backend_kwargs: { high_precission_dtype: 'fp32' } },
    code: 'RECIPE_INVALID',
    says: /high_precission_dtype.*mean high_precision_dtype/,
  },
  {
    what: 'a pattern that is no regular expression',
    recipe: { backend_kwargs: { nodes_to_exclude: ['('] } },
    code: 'RECIPE_INVALID',
    says: /nodes_to_exclude: “\(” is no regular expression/,
  },
  {
    what: 'a pattern that no name begins with',
    recipe: { backend_kwargs: { nodes_to_quantize: ['layer1/.*'] } },
    code: 'RULE_MATCHES_NOTHING',
    says: /nodes_to_quantize: no name of the \d+ nodes begins with the pattern “layer1.*”\. The nearest names are \//,
  },
  {
    what: 'a pattern that nothing is near',
    recipe: { backend_kwargs: { nodes_to_exclude: ['/nope/.*'] } },
    code: 'RULE_MATCHES_NOTHING',
    says: /begins with the pattern “\/nope\/\.\*”\. No name is near it\. The names are \//,
  },
  {
    what: 'a type in both lists',
    recipe: { backend_kwargs: { op_types_to_quantize: ['Conv'], op_types_to_exclude: ['Add', 'Conv'] } },
    code: 'RECIPE_INVALID',
    says: /op_types_to_quantize and op_types_to_exclude both have Conv\. Take it out/,
  },
  {
    what: 'a shape that contradicts the graph',
    recipe: { backend_kwargs: { calibration_shapes: 'input:1x3x28x28' } },
    code: 'RECIPE_INVALID',
    says: /calibration_shapes gives input the shape 1×3×28×28, and the graph takes it as batch×1×28×28/,
  },
  {
    what: 'an operator that no node is',
    recipe: { backend_kwargs: { op_types_to_quantize: ['Convv'] } },
    code: 'RULE_MATCHES_NOTHING',
    says: /op_types_to_quantize: no node of the model is a Convv\. It has Conv,/,
  },
  {
    what: 'a list of operators of which the model has none',
    recipe: { backend_kwargs: { op_types_to_quantize: ['MatMul'] } },
    code: 'RULE_MATCHES_NOTHING',
    says: /no node of the model is a MatMul/,
  },
  {
    what: 'an operator kept in float32 that no node is',
    recipe: { backend_kwargs: { op_types_to_exclude_fp16: ['softmax'] } },
    code: 'RULE_MATCHES_NOTHING',
    says: /op_types_to_exclude_fp16: no node of the model is a softmax/,
  },
  {
    what: 'a shape for what is no input',
    recipe: { backend_kwargs: { calibration_shapes: 'inputs:4x1x28x28' } },
    code: 'RECIPE_INVALID',
    says: /calibration_shapes gives a shape for inputs, which is no input of the graph\. It takes input/,
  },
  ...['0x1x28x28', '9999999999999x1x28x28'].map((shape) => ({
    what: `the shape ${shape}`,
    recipe: { backend_kwargs: { calibration_shapes: `input:${shape}` } },
    code: 'RECIPE_INVALID',
    says: /calibration_shapes gives input the shape .* elements; it may have 1 to 268435456/,
  })),
  {
    what: 'weights without activations',
    recipe: { layers: [{ ...int8('Conv'), activations: { dtype: 'native' } }] },
    code: 'RECIPE_INVALID',
    says: /Conv wants int8 weights with native activations/,
  },
  {
    what: 'an axis that a weight lacks',
    recipe: { layers: [{ ...int8('Conv'), weights: { dtype: 'int8', quant_axis: 4 } }] },
    code: 'RECIPE_INVALID',
    says: /quant_axis to 4 for the weight .* has 4 dimensions\. Take an axis from -4 to 3/,
  },
  {
    what: 'a rule that names nothing',
    recipe: { layers: [int8('layer9.*')] },
    code: 'RULE_MATCHES_NOTHING',
    says: /layer9/,
  },
];

test.each(refusals)('it refuses $what', async ({ recipe, code, says }) => {
  const error = await plan(recipe).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(InputError);
  if (error instanceof InputError)
    expect({ code: error.code, text: `${error.message} ${error.remedy}` }).toEqual({
      code,
      text: expect.stringMatching(says),
    });
});

test('it refuses to calibrate without data', async () => {
  await expect(modeloptOnnx.plan({ recipe: preset, files: { model: files.model } })).rejects.toMatchObject({
    code: 'CALIBRATION_MISSING',
  });
});
