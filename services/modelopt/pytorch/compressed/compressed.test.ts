import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { InputFiles } from '#contract/backend.ts';
import { catalogue } from '#contract/recipe/catalogue.ts';
import type { Recipe } from '#contract/recipe/recipe.ts';
import { openCheckpoint } from '#engine/formats/pth/open.ts';
import { orderedDict, tensor } from '#engine/formats/pth/pickle/build.ts';
import { writeCheckpoint } from '#engine/formats/pth/write.ts';
import { demoFile } from '#kit/demo-file.ts';
import { type ParityNet, parityFile } from '#kit/parity-net.ts';
import { modeloptPytorch } from '../backend.ts';
import type { ParityCase } from '../conformance/conformance.fixture.ts';
import { quantizeParity } from '../conformance/quantize-parity.fixture.ts';
import { type PackedDigest, packedGolden } from './golden.fixture.ts';
import { roundTripWeight } from './round-trip-weight.ts';

let scratch: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'zeropoint-packed-'));
});
afterAll(() => rm(scratch, { recursive: true, force: true }));

const { nets } = await packedGolden();
const rows = Object.keys(nets).map((key) => key.split('.') as [ParityNet, ParityCase]);

test.each(rows)('%s in %s holds the bytes that ModelOpt packs', async (net, given) => {
  const { path } = await quantizeParity({ net, given, kind: 'plain', compress: true }, scratch);
  expect(await packedWeights(path)).toEqual(nets[`${net}.${given}`]);
});

async function packedWeights(path: string): Promise<Record<string, PackedDigest>> {
  const checkpoint = await openCheckpoint(path, 'packed.pth');
  try {
    const digest = async (name: string) => {
      const tensor = checkpoint.tensors.find((one) => one.name === name);
      return createHash('sha256')
        .update(tensor ? await checkpoint.read(tensor) : '')
        .digest('hex');
    };
    const found: Record<string, PackedDigest> = {};
    for (const { name, dtype } of checkpoint.tensors) {
      if (dtype !== 'int8' && dtype !== 'float8_e4m3fn') continue;
      const module = name.slice(0, -'.weight'.length);
      found[module] = { dtype, weight: await digest(name), scale: await digest(`${module}.weight_quantizer._scale`) };
    }
    return found;
  } finally {
    await checkpoint.close();
  }
}

const weightsOnly = (backend_kwargs: Recipe['backend_kwargs'], more: Partial<Recipe> = {}): Recipe => ({
  ...catalogue['modelopt.pytorch'].preset,
  mode: 'weight_only_ptq',
  backend_kwargs: { compress: true, ...backend_kwargs },
  ...more,
});

const checkpointOf = (net: ParityNet): InputFiles => ({ model: parityFile(`${net}.pth`) });

async function run(files: InputFiles, recipe: Recipe) {
  const outputDir = await mkdtemp(join(scratch, 'run-'));
  const plan = await modeloptPytorch.plan({ recipe, files });
  const report = { progress: () => {}, log: () => {} };
  const signal = new AbortController().signal;
  const findings = await modeloptPytorch.quantize({ recipe, files, plan, outputDir, report, signal });
  return { plan, findings, path: join(outputDir, modeloptPytorch.outputName(recipe)) };
}

test.each([
  ['unet', 'INT8_WEIGHT_ONLY_CFG'],
  ['vit', 'FP8_DEFAULT_CFG'],
  ['embed', 'INT8_WEIGHT_ONLY_CFG'],
] as const)('%s with %s is about as large as planned', async (net, preset) => {
  const { plan, findings } = await run(checkpointOf(net), weightsOnly({ preset }));
  expect(Math.abs(findings.bytesAfter - plan.bytesAfter) / plan.bytesAfter).toBeLessThan(0.1);
  const float = await modeloptPytorch.plan({
    recipe: weightsOnly({ preset, compress: false }),
    files: checkpointOf(net),
  });
  expect(plan.bytesAfter).toBeLessThan(float.bytesAfter);
});

test('recurrent layers keep float weights, and the plan and the file say so', async () => {
  const { plan, path } = await run(checkpointOf('rnn'), weightsOnly({}));
  expect(plan.warnings).toContainEqual(
    'compress leaves the weights of lstm and gru as floating-point numbers, with their amax: ModelOpt cannot compute with them packed.',
  );
  expect(Object.keys(await packedWeights(path))).toEqual(['proj', 'head']);
});

test('where nothing can be packed the plan says so', async () => {
  const layers = [{ module_name: 'lstm', weights: { dtype: 'int8' }, activations: null }] as const;
  const plan = await modeloptPytorch.plan({
    recipe: weightsOnly({}, { layers }),
    files: checkpointOf('rnn'),
  });
  expect(plan.warnings).toContainEqual('compress packs nothing: no weight that ModelOpt can pack is quantized.');
});

test('a layer that is the whole network keeps its float weight, which mtq.compress does not look at', async () => {
  const ones = { dtype: 'float32', length: 8, bytes: async () => new Uint8Array(32).fill(63) } as const;
  const path = join(scratch, 'layer.pth');
  await writeCheckpoint(path, orderedDict([['weight', tensor([2, 4], ones)]]));
  const made = await run({ model: { path, name: 'layer.pth' } }, weightsOnly({}));
  expect(made.plan.warnings).toContainEqual(
    expect.stringMatching(/^compress leaves the weights of the network itself/),
  );
  expect(await packedWeights(made.path)).toEqual({});
});

test('a channel of zeros stays zero in FP8, which is said', async () => {
  const zeros = { dtype: 'float32', length: 8, bytes: async () => new Uint8Array(32).fill(63, 16) } as const;
  const path = join(scratch, 'zeros.pth');
  await writeCheckpoint(path, orderedDict([['fc.weight', tensor([2, 4], zeros)]]));
  const layers = [{ module_name: 'fc', weights: { dtype: 'fp8_e4m3fn' }, activations: null }] as const;
  const { findings } = await run({ model: { path, name: 'zeros.pth' } }, weightsOnly({}, { layers }));
  expect(findings.deviations).toContainEqual(
    expect.stringMatching(/^The weight of fc, or a channel of it, has the scale 0/),
  );
});

test('mse keeps the amax that it chose, which is said', async () => {
  const { findings, path } = await run(checkpointOf('mlp'), weightsOnly({}, { algorithm: 'mse' }));
  expect(findings.deviations).toContainEqual(
    expect.stringMatching(/^Packed INT8 weights keep the amax that mse chose/),
  );
  const checkpoint = await openCheckpoint(path, 'packed.pth');
  const read = async (buffer: string) => {
    const tensor = checkpoint.tensors.find(({ name }) => name === `fc1.weight_quantizer.${buffer}`);
    return tensor ? new Float32Array((await checkpoint.read(tensor)).buffer) : new Float32Array();
  };
  expect(await read('_scale')).toEqual((await read('_amax')).map((amax) => amax / 127));
  await checkpoint.close();
});

test('accuracy is that of the packed weights', async () => {
  const files = {
    model: demoFile('digits-cnn.pth'),
    graph: demoFile('digits-cnn.onnx'),
    evaluation: demoFile('evaluation.npz'),
  };
  const { findings } = await run(files, weightsOnly({}));
  const { float, quantized, agreement } = findings.evaluation ?? {};
  const { correct = 0, total = 0 } = float ?? {};
  expect(correct).toBeGreaterThan(0.9 * total);
  expect(Math.abs((quantized?.correct ?? 0) - correct)).toBeLessThan(0.01 * total);
  expect(agreement).toBeGreaterThan(0.98 * total);
});

test('evaluation computes with what the file holds', async () => {
  const values = Float32Array.of(0.3, -1, 0.777, 0.0049);
  const amax = { values: Float32Array.of(1), shape: [] };
  const round = roundTripWeight({ dtype: 'float32' });
  const scale = Math.fround(1 / 127);
  const products = [38, -127, 99, 1].map((code) => code * scale);
  expect(round(values, amax, 'int8')).toEqual(Float32Array.from(products));
});
