import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { inputFiles, modelFile } from './input-files.ts';

const fixtures = fileURLToPath(new URL('../../test/fixtures/safetensors/', import.meta.url));
const scratch = await mkdtemp(join(tmpdir(), 'zeropoint-inputs-'));
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(scratch, 'model-'));
});
afterAll(() => rm(scratch, { recursive: true }));

describe('a folder named as a model', () => {
  test('is its index, with the shards as parts', async () => {
    await cp(`${fixtures}sharded`, folder, { recursive: true });
    const shards = ['model-00001-of-00002.safetensors', 'model-00002-of-00002.safetensors'];
    const index = 'model.safetensors.index.json';
    const model = { path: join(folder, index), name: index };
    const parts = shards.map((name) => ({ path: join(folder, name), name }));
    expect(await modelFile(folder)).toEqual({ ...model, parts });
    expect(await modelFile(model.path)).toEqual({ ...model, parts });
  });

  test.each([
    { files: ['config.json', 'model.safetensors', 'training_args.bin'], chosen: 'model.safetensors' },
    { files: ['config.json', 'epoch-3.ckpt'], chosen: 'epoch-3.ckpt' },
  ])('of $files is $chosen', async ({ files, chosen }) => {
    for (const file of files) await writeFile(join(folder, file), 'x'.repeat(99));
    expect(await modelFile(folder)).toEqual({ path: join(folder, chosen), name: chosen });
  });

  test('that is kept twice is its safetensors, as transformers chooses', async () => {
    for (const kind of ['sharded', 'sharded-pth']) await cp(fixtures + kind, folder, { recursive: true });
    expect(await modelFile(folder)).toMatchObject({ name: 'model.safetensors.index.json', parts: { length: 2 } });
  });

  test.each([
    { files: [], says: 'is a folder without a model in it.' },
    { files: ['a.pth', 'b.pt'], says: 'holds 2 checkpoints: a.pth, b.pt.' },
    { files: ['1.safetensors', '2.safetensors', '3.safetensors', '4.safetensors'], says: 'and others.' },
  ])('of $files is refused', async ({ files, says }) => {
    for (const file of files) await writeFile(join(folder, file), '');
    await expect(modelFile(folder)).rejects.toMatchObject({
      code: 'NOT_A_MODEL',
      message: expect.stringContaining(says),
    });
  });

  test('whose index names a folder is refused', async () => {
    await mkdir(join(folder, 'shard.bin'));
    await writeFile(join(folder, 'model.bin.index.json'), '{"weight_map": {"a": "shard.bin"}}');
    await expect(modelFile(folder)).rejects.toMatchObject({
      message: 'model.bin.index.json names the shard shard.bin, which is not a file.',
    });
  });
});

describe('a graph with its weights in another file', () => {
  const zoo = fileURLToPath(new URL('../../test/fixtures/onnx-zoo/', import.meta.url));
  const graph = () => ({ path: join(folder, 'external.onnx'), name: 'external.onnx' });
  const data = () => ({ path: join(folder, 'external.onnx.data'), name: 'external.onnx.data' });
  beforeEach(async () => {
    for (const name of ['external.onnx', 'external.onnx.data']) await cp(zoo + name, join(folder, name));
  });

  test('has that file as its part, named itself or by its folder', async () => {
    expect(await modelFile(graph().path)).toEqual({ ...graph(), parts: [data()] });
    expect(await modelFile(folder)).toEqual({ ...graph(), parts: [data()] });
    const companion = await inputFiles(graph().path, { graph: graph().path });
    expect(companion).toEqual({ model: { ...graph(), parts: [data()] }, graph: { ...graph(), parts: [data()] } });
  });

  test('is refused without it, before anything runs', async () => {
    await rm(data().path);
    await expect(modelFile(graph().path)).rejects.toMatchObject({
      code: 'NOT_A_MODEL',
      message: 'external.onnx keeps weights in other files, and 1 of 1 are not beside it: external.onnx.data.',
    });
  });
});
