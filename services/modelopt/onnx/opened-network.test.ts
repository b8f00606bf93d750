import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { catalogue } from '#contract/recipe/catalogue.ts';
import { onnxSettings } from '#contract/recipe/modelopt-onnx-request.ts';
import { writeOnnxModel } from '#engine/formats/onnx/write.ts';
import { smallModel } from '#engine/graph/small-graph.fixture.ts';
import { networkOf } from './opened-network.ts';

const scratch = await mkdtemp(join(tmpdir(), 'zeropoint-opened-'));
afterAll(() => rm(scratch, { recursive: true }));

const recipe = { ...catalogue['modelopt.onnx'].preset, backend_kwargs: { random_calibration: true } };
const settings = onnxSettings(recipe);
const model = smallModel({
  inputs: { x: [1, 4] },
  weights: { w: [4, 4] },
  nodes: [{ op: 'MatMul', in: ['x', 'w'], out: 'y' }],
  outputs: ['y'],
});
const filesAt = (name: string) => ({ model: { path: join(scratch, name), name } });

test('a network is opened once for a recipe and its files, and anew for others', async () => {
  const files = filesAt('small.onnx');
  await writeOnnxModel(files.model.path, model);
  const network = await networkOf({ files, recipe }, settings);
  expect(await networkOf({ files, recipe }, settings)).toBe(network);
  expect(await networkOf({ files: { ...files }, recipe }, settings)).not.toBe(network);
  expect(await networkOf({ files, recipe: { ...recipe } }, settings)).not.toBe(network);
});

test('what could not be opened is tried again', async () => {
  const files = filesAt('late.onnx');
  await expect(networkOf({ files, recipe }, settings)).rejects.toThrow();
  await writeOnnxModel(files.model.path, model);
  await expect(networkOf({ files, recipe }, settings)).resolves.toMatchObject({ isQuantized: false });
});
