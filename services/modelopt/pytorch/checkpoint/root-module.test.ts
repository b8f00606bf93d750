import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { catalogue } from '#contract/recipe/catalogue.ts';
import { orderedDict, tensor } from '#engine/formats/pth/pickle/build.ts';
import { writeCheckpoint } from '#engine/formats/pth/write.ts';
import { modeloptPytorch } from '../backend.ts';
import { writtenQuantizers } from '../conformance/written-quantizers.fixture.ts';

let scratch: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'zeropoint-root-'));
});
afterAll(() => rm(scratch, { recursive: true, force: true }));

async function quantized(shapes: Readonly<Record<string, readonly number[]>>) {
  const outputDir = await mkdtemp(join(scratch, 'run-'));
  const model = { path: join(outputDir, 'layer.pth'), name: 'layer.pth' };
  const tensors = Object.entries(shapes).map(([name, shape]) => {
    const length = shape.reduce((product, size) => product * size, 1);
    const values = Float32Array.from({ length }, (_, i) => Math.sin(i + 1));
    const bytes = async () => new Uint8Array(values.buffer);
    return [name, tensor(shape, { dtype: 'float32', length, bytes })] as const;
  });
  await writeCheckpoint(model.path, orderedDict(tensors));
  const recipe = { ...catalogue['modelopt.pytorch'].preset, mode: 'weight_only_ptq' } as const;
  const plan = await modeloptPytorch.plan({ recipe, files: { model } });
  const report = { progress: () => {}, log: () => {} };
  const { signal } = new AbortController();
  await modeloptPytorch.quantize({ recipe, files: { model }, plan, outputDir, report, signal });
  return writtenQuantizers(join(outputDir, modeloptPytorch.outputName(recipe)));
}

test('a checkpoint of one Linear has quantizers without a dot in front, as the network that restores it', async () => {
  const written = await quantized({ weight: [3, 4], bias: [3] });
  expect([...written.keys()].sort()).toEqual(['input_quantizer', 'output_quantizer', 'weight_quantizer']);
  expect(written.get('weight_quantizer')?.tensors._amax?.shape).toEqual([3, 1]);
});

test('a checkpoint of one LSTM has the quantizers of all its weights', async () => {
  const written = await quantized({
    weight_ih_l0: [8, 3],
    weight_hh_l0: [8, 2],
    bias_ih_l0: [8],
    bias_hh_l0: [8],
  });
  expect([...written.keys()].sort()).toEqual([
    'layer_0_input_quantizer',
    'weight_hh_l0_weight_quantizer',
    'weight_ih_l0_weight_quantizer',
  ]);
});

test('a weight with one output channel has an amax without dimensions, as ModelOpt squeezes it', async () => {
  const written = await quantized({ 'fc.weight': [1, 4], 'fc.bias': [1] });
  expect(written.get('fc.weight_quantizer')).toMatchObject({ axis: 0, buffers: { _amax: [] } });
  expect(written.get('fc.weight_quantizer')?.tensors._amax?.shape).toEqual([]);
});
