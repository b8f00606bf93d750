import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call, dict, global, list, orderedDict, tuple } from '#engine/formats/pth/pickle/build.ts';
import type { PyTensor } from '#engine/formats/pth/pickle/value.ts';
import { writeCheckpoint } from '#engine/formats/pth/write.ts';
import { sniffFormat } from '#engine/formats/sniff.ts';
import { demoFile } from '#kit/demo-file.ts';
import { writeNpy } from '#kit/write-npz.ts';
import { inspectFile } from './inspect-file.ts';

const zoo = fileURLToPath(new URL('../../../test/fixtures/pth-zoo/', import.meta.url));
let scratch: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'zeropoint-inspect-'));
});
afterAll(() => rm(scratch, { recursive: true }));

describe('sniffFormat', () => {
  it.each([
    [demoFile('digits-cnn.pth').path, 'pth-zip'],
    [demoFile('digits-cnn.lightning.ckpt.pth').path, 'pth-zip'],
    [demoFile('digits-cnn.onnx').path, 'onnx'],
    [demoFile('digits-vit.onnx').path, 'onnx'],
    [demoFile('calibration.npz').path, 'npz'],
    [`${zoo}legacy.pth`, 'pth-legacy'],
    [`${zoo}tar.pth`, 'pth-tar'],
    [`${zoo}dtypes.safetensors`, 'safetensors'],
    [demoFile('model-card.json').path, 'unknown'],
    [demoFile('digits_models.py').path, 'unknown'],
  ])('knows %s by its bytes', async (path, format) => {
    expect(await sniffFormat(path)).toBe(format);
  });
});

describe('inspectFile', () => {
  it('describes a checkpoint', async () => {
    const inspection = await inspectFile(demoFile('digits-cnn.pth'));
    expect(inspection).toMatchObject({
      kind: 'model',
      format: 'pth',
      container: 'zip',
      wrapper: [],
      parameters: 174_970,
      bytes: 734_133,
    });
    expect(inspection.kind === 'model' && inspection.tensors.at(-1)).toEqual({
      name: 'fc.bias',
      dtype: 'float32',
      shape: [10],
      bytes: 40,
    });
  });

  it('describes an ONNX model with its inputs', async () => {
    expect(await inspectFile(demoFile('digits-vit.onnx'))).toMatchObject({
      format: 'onnx',
      container: 'protobuf',
      inputs: [{ name: 'input', dtype: 'float32', shape: ['batch', 1, 28, 28] }],
      outputs: [{ name: 'logits' }],
    });
  });

  it('describes a dataset and finds its labels', async () => {
    expect(await inspectFile(demoFile('evaluation.npz'))).toMatchObject({
      kind: 'dataset',
      format: 'npz',
      samples: 1488,
      labels: 'labels',
    });
    expect(await inspectFile(demoFile('calibration.npz'))).toMatchObject({ samples: 512, labels: null });
  });

  it('describes one array, and refuses it with a number that is none', async () => {
    const path = join(scratch, 'samples.npz');
    const values = new Float32Array(6);
    await writeFile(path, writeNpy({ name: '', shape: [2, 3], values }));
    expect(await inspectFile({ path, name: 'samples.npz' })).toMatchObject({
      kind: 'dataset',
      format: 'npy',
      samples: 2,
      arrays: [{ dtype: 'float32', shape: [2, 3], bytes: 24 }],
      labels: null,
    });
    await writeFile(path, writeNpy({ name: '', shape: [2, 3], values: values.fill(Number.NaN, 4) }));
    await expect(inspectFile({ path, name: 'samples.npz' })).rejects.toThrow('holds NaN in “array”, sample 1 of 2');
  });

  it('shows a tensor that torchao quantized under its own name', async () => {
    const part = (dtype: 'int8' | 'float32', ...shape: number[]): PyTensor => {
      const length = shape.reduce((product, dimension) => product * dimension, 1);
      return {
        kind: 'tensor',
        shape,
        storage: { dtype, length, bytes: async () => new Uint8Array(length * (dtype === 'int8' ? 1 : 4)) },
      };
    };
    const type = global('torchao.quantization', 'Int8Tensor');
    const args = tuple(type, global('torch', 'bfloat16'), tuple(3, 4), tuple(4, 1), 0, null, null, false);
    const state = dict([
      ['qdata', part('int8', 3, 4)],
      ['scale', part('float32', 3, 1)],
      ['block_size', list(1, 4)],
    ]);
    const weight = call(
      global('torch._tensor', '_rebuild_from_type_v2'),
      global('torch._utils', '_rebuild_wrapper_subclass'),
      type,
      args,
      state,
    );
    const path = join(scratch, 'quantized.pth');
    await writeCheckpoint(path, orderedDict([['fc.weight', weight]]));
    expect(await inspectFile({ path, name: 'quantized.pth' })).toMatchObject({
      tensors: [{ name: 'fc.weight', dtype: 'bfloat16', shape: [3, 4], bytes: 24 }],
      unknownGlobals: [],
      notes: ['1 of its tensors is quantized already (torchao.quantization.Int8Tensor).'],
    });
  });

  it.each([
    ['notes.txt', 'hello', 'NOT_A_MODEL', 'neither a .pth, an .onnx'],
    ['model.pth', 'hello', 'NOT_A_MODEL', 'model.pth (5 bytes) is neither'],
    ['data.npz', 'a,b,c', 'NOT_A_DATASET', 'is not an .npz file'],
    ['model.safetensors', 'abc', 'NOT_A_MODEL', 'too few'],
    ['model.safetensors', '', 'NOT_A_MODEL', 'model.safetensors is empty'],
    ['model.safetensors', 'version https://git-lfs.github.com/spec/v1', 'NOT_A_MODEL', 'Git LFS pointer'],
    ['config.json', '{"layers": 3}', 'NOT_A_MODEL', 'is a text in JSON'],
  ])('refuses %s with a sentence', async (name, text, code, part) => {
    const path = join(scratch, name);
    await writeFile(path, text);
    await expect(inspectFile({ path, name })).rejects.toMatchObject({ code, message: expect.stringContaining(part) });
  });
});
