import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { InputFiles } from '#contract/backend.ts';
import { catalogue } from '#contract/recipe/catalogue.ts';
import type { Recipe } from '#contract/recipe/recipe.ts';
import { demoFile } from '#kit/demo-file.ts';
import { expectedOf, type ParityNet, parityFile, parityNets } from '#kit/parity-net.ts';
import { modeloptPytorch } from './backend.ts';
import { quantizerDifferences } from './conformance/compare-quantizers.fixture.ts';
import { writtenQuantizers } from './conformance/written-quantizers.fixture.ts';

let scratch: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'zeropoint-weights-only-'));
});
afterAll(() => rm(scratch, { recursive: true, force: true }));

const recipeWith = (changes: Partial<Recipe>): Recipe => ({ ...catalogue['modelopt.pytorch'].preset, ...changes });
const planOf = (files: InputFiles, changes: Partial<Recipe>) =>
  modeloptPytorch.plan({ files, recipe: recipeWith(changes) });

async function quantized(files: InputFiles, changes: Partial<Recipe>) {
  const recipe = recipeWith(changes);
  const outputDir = await mkdtemp(join(scratch, 'run-'));
  const plan = await modeloptPytorch.plan({ recipe, files });
  const report = { progress: () => {}, log: () => {} };
  const signal = new AbortController().signal;
  const findings = await modeloptPytorch.quantize({ recipe, files, plan, outputDir, report, signal });
  const path = join(outputDir, modeloptPytorch.outputName(recipe));
  return { plan, findings, path, written: await writtenQuantizers(path) };
}

/** What a state dict does not tell of a network. */
async function classesOf(net: ParityNet): Promise<readonly string[]> {
  const { classes } = await expectedOf(net);
  const hidden = Object.entries(classes).filter(([, name]) =>
    /Pool|LeakyReLU|InstanceNorm|GroupNorm|Embedding/.test(name),
  );
  return hidden.map(([module, name]) => `${module}=${name}`);
}

test.each(parityNets)('%s without a graph and without data has the quantizers of INT8_WEIGHT_ONLY_CFG', async (net) => {
  const { written, findings } = await quantized(
    { model: parityFile(`${net}.pth`) },
    { backend_kwargs: { preset: 'INT8_WEIGHT_ONLY_CFG', module_classes: await classesOf(net) } },
  );
  const { cases } = await expectedOf(net);
  const exactly = { hidden: new Set<string>(), measured: 0, weights: 'exact' } as const;
  expect(quantizerDifferences(cases.int8wo?.quantizers ?? {}, written, exactly)).toEqual([]);
  expect(findings).toMatchObject({ calibrationSamples: null, evaluation: null });
});

const convbn = { model: parityFile('convbn.pth') };
const int8 = { dtype: 'int8' } as const;

test.each<[string, Partial<Recipe>]>([
  ['the mode weight_only_ptq', { mode: 'weight_only_ptq' }],
  ['the preset INT8_WEIGHT_ONLY_CFG', { backend_kwargs: { preset: 'INT8_WEIGHT_ONLY_CFG' } }],
  ['rules without activations', { layers: [{ module_name: 'fc', weights: int8, activations: null }] }],
])('%s leaves activations as they are', async (_, changes) => {
  const { plan, written } = await quantized(convbn, changes);
  expect(plan.layers.every(({ activations }) => activations === null)).toBe(true);
  expect(plan.layers.find(({ name }) => name === 'fc')).toMatchObject({ verdict: 'quantized', activations: null });
  expect(written.get('fc.input_quantizer')?.isEnabled).toBe(false);
});

test('FP8 of weights alone takes its axis from the preset', async () => {
  const { written } = await quantized(convbn, {
    mode: 'weight_only_ptq',
    backend_kwargs: { preset: 'FP8_DEFAULT_CFG' },
  });
  expect(written.get('fc.weight_quantizer')).toMatchObject({ isEnabled: true, numBits: [4, 3], axis: null });
});

test('the plan asks for the classes that a state dict does not tell, and takes the answers', async () => {
  const unsaid = await planOf(convbn, { mode: 'weight_only_ptq' });
  expect(unsaid.warnings).toEqual([expect.stringContaining('the classes of act, pool, avgpool')]);
  const module_classes = ['act=ReLU', 'pool=MaxPool2d', 'avgpool=AdaptiveAvgPool2d'];
  const said = await planOf(convbn, { mode: 'weight_only_ptq', backend_kwargs: { module_classes } });
  expect(said.warnings).toEqual([]);
  expect(said.layers.find(({ name }) => name === 'pool')).toMatchObject({
    class: 'MaxPool2d',
    evidence: 'module_classes says so',
    verdict: 'native',
  });
});

test('guesses by shape are told, with how to correct them', async () => {
  const { warnings } = await planOf({ model: parityFile('unet.pth') }, { mode: 'weight_only_ptq' });
  expect(warnings[0]).toMatch(/^in1 and gn taken for LayerNorm .* a GroupNorm looks alike .* in1=GroupNorm\.$/);
});

test.each([
  [
    'that lists them',
    parityFile('convbn.pth'),
    /^A state dict does not tell the classes of .*: give an ONNX export of/,
  ],
  [
    'that does not list them',
    demoFile('digits-cnn.lightning.ckpt.pth'),
    /^The checkpoint does not list .*: give an ONNX export of/,
  ],
])(
  'modules without tensors in a checkpoint %s are told with the graph as the first remedy',
  async (_, model, words) => {
    const { warnings } = await planOf({ model }, { mode: 'weight_only_ptq' });
    const told = warnings.find((warning) => words.test(warning));
    expect(told).toMatch(/companion graph, which tells them, or .* in module_classes/);
  },
);

test.each([
  ['fc=Linaer', /Linaer is no class of torch\.nn/, /Linear/],
  ['poool=MaxPool2d', /calls poool a MaxPool2d, and the model has no module of that name/, /pool/],
  ['fc=Conv2d', /calls fc a Conv2d, whose weight has 4 dimensions; its weight is of \[10, 32\]/, /correct it/],
  ['act=Linear', /calls act a Linear, whose weight has 2 dimensions; it has none/, /correct it/],
  ['fc=MaxPool2d', /calls fc a MaxPool2d, but it has the weight fc\.weight of \[10, 32\]/, /correct it/],
])('module_classes %j is refused', async (pair, message, remedy) => {
  await expect(
    planOf(convbn, { mode: 'weight_only_ptq', backend_kwargs: { module_classes: [pair] } }),
  ).rejects.toMatchObject({
    code: 'RECIPE_INVALID',
    message: expect.stringMatching(message),
    remedy: expect.stringMatching(remedy),
  });
});

test('a checkpoint that does not list its modules takes those without tensors from the recipe', async () => {
  const model = demoFile('digits-cnn.lightning.ckpt.pth');
  const module_classes = ['pool=AdaptiveAvgPool2d'];
  const { written, plan } = await quantized({ model }, { mode: 'weight_only_ptq', backend_kwargs: { module_classes } });
  expect(written.has('pool.input_quantizer')).toBe(true);
  expect(written.has('fc.weight_quantizer')).toBe(true);
  expect(plan.warnings).toContainEqual(expect.stringMatching(/^Names lose the prefix “model\.”/));
});

test('its own result is refused as a model, also where only a recurrent layer is quantized', async () => {
  const layers = [{ module_name: 'lstm', weights: int8, activations: null }];
  const { path } = await quantized({ model: parityFile('rnn.pth') }, { layers });
  await expect(planOf({ model: { path, name: 'again.pth' } }, { layers })).rejects.toThrow(
    'again.pth is quantized already: it holds 4 amax of ModelOpt, lstm.weight_ih_l0_weight_quantizer._amax first',
  );
});

test('files that nothing reads are said', async () => {
  const files = { ...convbn, calibration: demoFile('calibration.npz'), evaluation: demoFile('evaluation.npz') };
  const { warnings } = await planOf(files, { mode: 'weight_only_ptq' });
  expect(warnings.slice(-2)).toEqual([
    expect.stringMatching(/^calibration\.npz is not read/),
    expect.stringMatching(/^evaluation\.npz is not read/),
  ]);
});
