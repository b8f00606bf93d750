import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { InputFiles } from '#contract/backend.ts';
import { countVerdicts } from '#contract/plan.ts';
import { catalogue } from '#contract/recipe/catalogue.ts';
import type { Recipe } from '#contract/recipe/recipe.ts';
import { openCheckpoint } from '#engine/formats/pth/open.ts';
import { demoFile } from '#kit/demo-file.ts';
import { modeloptPytorch } from './backend.ts';
import { withNetwork } from './network/network.ts';
import { quantizerName } from './quantizer.ts';

type GoldenQuantizer = { enabled: boolean; axis?: number | null; shape?: number[]; sha256?: string; amax?: number };
type Golden = {
  models: Record<
    string,
    { correct: { float: number; quantized: number }; quantizers: Record<string, GoldenQuantizer> }
  >;
};

/** Numbers of real ModelOpt 0.47.0, made by test/golden/make_modelopt_torch.py. */
const goldenFile = new URL('../../../test/golden/modelopt-torch.json', import.meta.url);

let golden: Golden;
let scratch: string;
beforeAll(async () => {
  golden = JSON.parse(await readFile(goldenFile, 'utf8'));
  scratch = await mkdtemp(join(tmpdir(), 'zeropoint-modelopt-'));
});
afterAll(() => rm(scratch, { recursive: true, force: true }));

const preset: Recipe = catalogue['modelopt.pytorch'].preset;

const demo = (name: string): InputFiles => ({
  model: demoFile(`${name}.pth`),
  graph: demoFile(`${name}.onnx`),
  calibration: demoFile('calibration.npz'),
});

async function quantized(files: InputFiles, changes: Partial<Recipe> = {}) {
  const recipe = { ...preset, ...changes };
  const outputDir = await mkdtemp(join(scratch, 'run-'));
  const plan = await modeloptPytorch.plan({ recipe, files });
  const findings = await modeloptPytorch.quantize({
    recipe,
    files,
    plan,
    outputDir,
    signal: new AbortController().signal,
    report: { progress: () => {}, log: () => {} },
  });
  return { plan, findings, path: join(outputDir, modeloptPytorch.outputName(recipe)) };
}

/** `_amax` of every quantizer in a written file, and how many other tensors it has. */
async function readAmax(path: string) {
  const checkpoint = await openCheckpoint(path, 'written');
  const amax = new Map<string, { shape: readonly number[]; values: Float32Array; sha256: string }>();
  for (const tensor of checkpoint.tensors.filter(({ name }) => name.endsWith('._amax'))) {
    const bytes = await checkpoint.read(tensor);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    amax.set(tensor.name.replace(/\._amax$/, ''), {
      shape: tensor.shape,
      values: new Float32Array(bytes.buffer),
      sha256,
    });
  }
  await checkpoint.close();
  return { amax, others: checkpoint.tensors.length - amax.size };
}

describe.each(['digits-cnn', 'digits-vit'])('%s as ModelOpt’s INT8_DEFAULT_CFG has it', (name) => {
  let run: Awaited<ReturnType<typeof quantized>>;
  beforeAll(async () => {
    run = await quantized({ ...demo(name), evaluation: demoFile('evaluation.npz') });
  });

  test('the quantizers are those that ModelOpt inserts, on and off as its preset has them', async () => {
    const ours = await withNetwork({ files: demo(name), recipe: preset }, async ({ decided }) =>
      decided.decisions.flatMap(({ quantizers }) => quantizers),
    );
    const state = Object.fromEntries(ours.map((quantizer) => [quantizerName(quantizer), quantizer.isEnabled]));
    const expected = Object.entries(golden.models[name]?.quantizers ?? {});
    expect(state).toEqual(Object.fromEntries(expected.map(([key, { enabled }]) => [key, enabled])));
  });

  test('enabled quantizers have an amax and no others: weights bit-equal, activations within 1e-5', async () => {
    const { amax } = await readAmax(run.path);
    const expected = Object.entries(golden.models[name]?.quantizers ?? {}).filter(([, { enabled }]) => enabled);
    expect([...amax.keys()].sort()).toEqual(expected.map(([key]) => key).sort());
    for (const [key, want] of expected) {
      const got = amax.get(key);
      expect(got?.shape, key).toEqual(want.shape);
      if (want.sha256) expect(got?.sha256, key).toBe(want.sha256);
      else expect(Math.abs((got?.values[0] ?? 0) / (want.amax ?? 1) - 1), key).toBeLessThan(1e-5);
    }
  });

  test('the evidence is within three images of what PyTorch counts', () => {
    const correct = golden.models[name]?.correct;
    expect(run.findings.evaluation?.float).toEqual({ correct: correct?.float, total: 1488 });
    const off = (run.findings.evaluation?.quantized.correct ?? 0) - (correct?.quantized ?? 0);
    expect(Math.abs(off)).toBeLessThanOrEqual(3);
  });

  test('the plan’s estimate of the size is within 3%', () => {
    expect(Math.abs(run.plan.bytesAfter / run.findings.bytesAfter - 1)).toBeLessThan(0.03);
  });
});

test('with rules, only what they name is quantized, and the file says that this departs from TAO', async () => {
  const int8 = { dtype: 'int8' } as const;
  const { plan, findings, path } = await quantized(demo('digits-cnn'), {
    layers: [{ module_name: 'layer1.*.conv1', weights: { ...int8, quant_axis: null }, activations: int8 }],
  });
  const { amax, others } = await readAmax(path);
  expect([...amax].map(([key, { shape }]) => [key, shape])).toEqual([
    ['layer1.0.conv1.input_quantizer', []],
    ['layer1.0.conv1.weight_quantizer', []],
    ['layer1.1.conv1.input_quantizer', []],
    ['layer1.1.conv1.weight_quantizer', []],
  ]);
  expect(others).toBe(92);
  expect(findings.layers.quantized).toBe(2);
  expect(findings.deviations).toHaveLength(1);
  expect(plan.layers.find(({ name }) => name === 'fc')).toMatchObject({
    verdict: 'native',
    reason: 'no rule of the recipe names it',
  });
});

test('a skip pattern switches all quantizers of a layer off', async () => {
  const { plan, path } = await quantized(demo('digits-cnn'), { skip_names: ['fc', 'AdaptiveAvgPool2d'] });
  const { amax } = await readAmax(path);
  expect([...amax.keys()].filter((key) => /^(fc|pool)\./.test(key))).toEqual([]);
  expect(plan.layers.find(({ name }) => name === 'fc')).toMatchObject({ verdict: 'skipped', reason: 'skip_names: fc' });
});

test('a Lightning checkpoint loses its prefix, and the plan says so', async () => {
  const { plan, path } = await quantized({ ...demo('digits-cnn'), model: demoFile('digits-cnn.lightning.ckpt.pth') });
  const { amax } = await readAmax(path);
  expect(amax.has('stem.0.weight_quantizer')).toBe(true);
  expect(plan.warnings).toEqual([
    expect.stringMatching(
      /^1\.40 MB beside the weights \(callbacks and optimizer_states\) is left out and counts in no size\.$/,
    ),
    expect.stringMatching(/^Names lose the prefix “model\.”/),
  ]);
});

test('one part of a model in several files is not taken for the whole of it in silence', async () => {
  const model = { ...demoFile('digits-cnn.pth'), name: 'pytorch_model-00001-of-00002.bin' };
  const plan = await modeloptPytorch.plan({ recipe: preset, files: { ...demo('digits-cnn'), model } });
  expect(plan.warnings).toEqual([expect.stringContaining('give its index, pytorch_model.bin.index.json')]);
});

test('the plan shows class, evidence and both tensors of a layer', async () => {
  const plan = await modeloptPytorch.plan({ recipe: preset, files: demo('digits-cnn') });
  expect(plan.layers.find(({ name }) => name === 'stem.0')).toEqual({
    name: 'stem.0',
    class: 'Conv2d',
    evidence:
      'the companion graph has a Conv with its weight; its weight is onnx::Conv_146 with BatchNorm stem.1 folded in',
    shape: [16, 1, 3, 3],
    verdict: 'quantized',
    weights: { dtype: 'int8', granularity: 'per-channel', axis: 0 },
    activations: { dtype: 'int8', granularity: 'per-tensor', axis: null },
    reason: 'ModelOpt’s INT8_DEFAULT_CFG quantizes weight and input of every Conv2d',
  });
  expect(plan.layers.find(({ name }) => name === 'pool')).toMatchObject({
    verdict: 'inputs',
    weights: null,
    activations: { dtype: 'int8', granularity: 'per-tensor', axis: null },
    reason: 'ModelOpt’s INT8_DEFAULT_CFG quantizes the input of every AdaptiveAvgPool2d; it has no weight',
  });
  expect(countVerdicts(plan)).toEqual({ quantized: 16, inputs: 1, native: 15, skipped: 0 });
});

test('a LayerNorm has its input quantized and its weight not, and skipping quantizers of weights leaves inputs', async () => {
  const { layers } = await modeloptPytorch.plan({ recipe: preset, files: demo('digits-vit') });
  expect(layers.find(({ name }) => name === 'blocks.0.norm1')).toMatchObject({
    verdict: 'inputs',
    shape: [96],
    weights: null,
    reason: 'ModelOpt’s INT8_DEFAULT_CFG quantizes the input of every LayerNorm; its weight has no quantizer',
  });
  const recipe = { ...preset, skip_names: ['fc.weight_quantizer', 'pool'] };
  const skipped = await modeloptPytorch.plan({ recipe, files: demo('digits-cnn') });
  const verdicts = Object.fromEntries(skipped.layers.map(({ name, verdict }) => [name, verdict]));
  expect(verdicts).toMatchObject({ fc: 'inputs', pool: 'skipped', 'stem.0': 'quantized', 'stem.1': 'native' });
});

test.each([
  ['no companion', { graph: undefined }, 'GRAPH_MISSING', /digits-cnn\.pth holds weights without the network/],
  ['no calibration', { calibration: undefined }, 'CALIBRATION_MISSING', /none is given/],
  ['another network’s graph', { graph: demoFile('digits-vit.onnx') }, 'GRAPH_MISMATCH', /digits-vit\.onnx/],
  ['an ONNX model', { model: demoFile('digits-cnn.onnx') }, 'WRONG_BACKEND', /ONNX/],
])('%s is refused', async (_, change, code, message) => {
  const files = Object.fromEntries(Object.entries({ ...demo('digits-cnn'), ...change }).filter(([, file]) => file));
  await expect(quantized(files as InputFiles)).rejects.toMatchObject({
    code,
    message: expect.stringMatching(message),
    remedy: expect.any(String),
  });
});
