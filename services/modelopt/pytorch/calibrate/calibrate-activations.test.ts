import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { catalogue } from '#contract/recipe/catalogue.ts';
import type { Recipe } from '#contract/recipe/recipe.ts';
import { openDataset } from '#engine/inference/dataset.ts';
import { storedFloats } from '#engine/inference/tensor-value.ts';
import { parityFile } from '#kit/parity-net.ts';
import { writeNpy } from '#kit/write-npz.ts';
import { modeloptPytorch } from '../backend.ts';
import { writtenQuantizers } from '../conformance/written-quantizers.fixture.ts';

let scratch: string;
let samples: Float32Array;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'zeropoint-calibrate-'));
  const ports = [{ name: 'input', dtype: 'float32' as const, shape: ['n', 24], proto: { name: 'input' } }];
  const dataset = await openDataset({ file: parityFile('mlp.calibration.npz'), ports });
  const { feeds } = await dataset.read({ start: 0, count: dataset.samples, repeated: 0 });
  const [values] = [...feeds.values()];
  if (!values) throw new Error('the fixture has no samples');
  samples = Float32Array.from(storedFloats(values));
  await dataset.close();
});
afterAll(() => rm(scratch, { recursive: true, force: true }));

/** The network mlp, calibrated on these samples of 24 numbers. */
async function calibrated(values: Float32Array, changes: Partial<Recipe>, signal = new AbortController().signal) {
  const recipe = { ...catalogue['modelopt.pytorch'].preset, ...changes };
  const outputDir = await mkdtemp(join(scratch, 'run-'));
  const path = join(outputDir, 'samples.npy');
  await writeFile(path, writeNpy({ name: 'x', shape: [values.length / 24, 24], values: Float32Array.from(values) }));
  const files = {
    model: parityFile('mlp.pth'),
    graph: parityFile('mlp.onnx'),
    calibration: { path, name: 'samples.npy' },
  };
  const plan = await modeloptPytorch.plan({ recipe, files });
  const progress: number[] = [];
  const report = {
    progress: (phase: string, fraction: number) => phase === 'calibrate' && progress.push(fraction),
    log: () => {},
  };
  const findings = await modeloptPytorch.quantize({ recipe, files, plan, outputDir, report, signal });
  const written = await writtenQuantizers(join(outputDir, modeloptPytorch.outputName(recipe)));
  return { findings, progress, amaxOf: (name: string) => written.get(name)?.tensors._amax?.values[0] };
}

const fc2 = 'fc2.input_quantizer';

describe.each(['max', 'entropy', 'percentile', 'smoothquant'] as const)('%s', (algorithm) => {
  test('so many samples as were asked for are drawn by the seed, named and counted', async () => {
    const drawn = { algorithm, backend_kwargs: { max_samples: 5, seed: 3 } };
    const { findings, progress } = await calibrated(samples, drawn);
    expect(findings.calibrationSamples).toBe(5);
    expect(findings.calibrationData?.ids).toHaveLength(5);
    expect(progress.at(-1)).toBe(1);
    expect((await calibrated(samples, drawn)).findings.calibrationData).toEqual(findings.calibrationData);
  });

  test('a NaN is refused with its sample', async () => {
    const broken = samples.with(24 * 7 + 3, Number.NaN);
    await expect(calibrated(broken, { algorithm })).rejects.toMatchObject({
      code: 'CALIBRATION_MISMATCH',
      message: 'samples.npy holds NaN in input, sample 7; no scale can be taken from that.',
    });
  });

  test('an abort ends it', async () => {
    await expect(calibrated(samples, { algorithm }, AbortSignal.abort('enough'))).rejects.toBe('enough');
  });
});

test('a histogram is collected in batches of one sample, unless another size is asked for', async () => {
  const amax = async (backend_kwargs: Recipe['backend_kwargs']) =>
    (await calibrated(samples, { algorithm: 'entropy', backend_kwargs })).amaxOf(fc2);
  const usual = await amax({});
  expect(await amax({ batch_size: 1 })).toBe(usual);
  expect(await amax({ batch_size: 32 })).not.toBe(usual);
});

test('a maximum does not depend on the batches', async () => {
  const amaxes = [null, 1, 7].map(async (batch_size) =>
    (await calibrated(samples, { backend_kwargs: { batch_size } })).amaxOf(fc2),
  );
  const [usual = 0, ...others] = await Promise.all(amaxes);
  for (const other of others) expect(Math.abs((other ?? 0) / usual - 1)).toBeLessThan(1e-6);
});

test.each([
  ['int8', 'INT8 rounds every input there to 0'],
  ['fp8_e4m3fn', 'FP8 takes it for 1'],
] as const)('modules that see nothing but zeros are said, since %s has no scale for them', async (dtype, then) => {
  const asked = { dtype };
  const layers = ['Linear', 'BatchNorm1d'].map((module_name) => ({ module_name, weights: asked, activations: asked }));
  const { findings, amaxOf } = await calibrated(
    samples.map(() => 0),
    { layers },
  );
  expect(amaxOf('norm_in.input_quantizer')).toBe(0);
  expect(findings.warnings).toContain(
    `norm_in sees nothing but zeros in the calibration data, so that amax is 0 and ${then}: take other samples, or leave the layer out.`,
  );
});

test('what SmoothQuant passes over is said in one sentence', async () => {
  const { findings } = await calibrated(samples, {
    algorithm: 'smoothquant',
    backend_kwargs: { preset: 'FP8_DEFAULT_CFG' },
  });
  expect(findings.warnings.filter((warning) => warning.includes('smoothed'))).toEqual([
    expect.stringMatching(/^fc1, fc2 and body\.1 are not smoothed/),
  ]);
});
