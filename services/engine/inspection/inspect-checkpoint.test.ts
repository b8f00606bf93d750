import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { CheckpointTensor } from '#engine/formats/pth/checkpoint.ts';
import { inspectCheckpoint } from './inspect-checkpoint.ts';
import { tensorBytes } from './tensor-bytes.ts';

const folder = fileURLToPath(new URL('../../../test/fixtures/', import.meta.url));
const inspect = (file: string) => inspectCheckpoint({ path: folder + file, name: basename(file) });

type Expected = { readonly name: string; readonly dtype: string; readonly shape: readonly number[] };
const zoo: readonly { readonly file: string; readonly tensors: readonly Expected[] }[] = JSON.parse(
  await readFile(`${folder}pth-zoo/expected.json`, 'utf8'),
);

describe('inspectCheckpoint', () => {
  it.each(['dtypes.safetensors', 'odd-names.safetensors', 'metadata.safetensors'])('lists %s', async (file) => {
    const { tensors } = await inspect(`pth-zoo/${file}`);
    const shown = tensors.map(({ name, dtype, shape }) => ({ name, dtype, shape }));
    const expected = zoo.find((entry) => entry.file === file)?.tensors ?? [];
    const byName = (a: Expected, b: Expected) => (a.name < b.name ? -1 : 1);
    expect(shown.toSorted(byName)).toEqual(
      expected.map(({ name, dtype, shape }) => ({ name, dtype, shape })).toSorted(byName),
    );
  });

  it.each([
    ['sharded/model.safetensors.index.json', { format: 'safetensors', container: 'safetensors', bytes: 565 }],
    ['sharded-pth/pytorch_model.bin.index.json', { format: 'pth', container: 'zip', bytes: 221 + 2189 + 1852 }],
  ])('describes a model in several files as one: %s', async (file, facts) => {
    const inspection = await inspect(`safetensors/${file}`);
    expect(inspection).toMatchObject({ ...facts, shards: 2, tensorBytes: 72, parameters: 21 });
    expect(inspection.tensors.map(({ name }) => name).sort()).toEqual(['a.bias', 'a.weight', 'b.weight']);
    expect(inspection.notes).toContain('The model is kept in 2 shards, named by this index.');
  });

  it('says of one part of a model that it is one', async () => {
    const path = `${folder}pth-zoo/metadata.safetensors`;
    const { notes } = await inspectCheckpoint({ path, name: 'model-00001-of-00002.safetensors' });
    expect(notes[0]).toContain('part 1 of 2 of a model');
  });

  it('shows weights that torchao took apart under their own names', async () => {
    expect(await inspect('safetensors/torchao.safetensors')).toMatchObject({
      tensors: [
        { name: '0.weight', dtype: 'bfloat16', shape: [4, 8], bytes: 32 + 16 + 4 },
        { name: '0.bias', bytes: 8 },
        { name: '2.weight', dtype: 'bfloat16', shape: [2, 4], bytes: 8 + 8 },
        { name: '2.bias', bytes: 4 },
      ],
      notes: [
        '1 of its tensors is quantized already (torchao.quantization.Int8Tensor).',
        '1 of its tensors is quantized already (torchao.quantization.Float8Tensor).',
      ],
    });
  });

  it.each(['pth-zoo/tied.pth', 'safetensors/tied.safetensors'])('counts tied weights of %s once', async (file) => {
    const { tensors, tensorBytes, parameters } = await inspect(file);
    const storages = new Map(tensors.map(({ name, storage }) => [name, storage]));
    expect(storages.get('embed.weight')).toBeDefined();
    expect(storages.get('head.weight')).toBe(storages.get('embed.weight'));
    expect(tensors.filter(({ storage }) => storage !== undefined)).toHaveLength(2);
    const tied = tensors.find(({ name }) => name === 'head.weight')?.bytes ?? 0;
    expect(tensorBytes).toBe(tensors.reduce((sum, { bytes }) => sum + bytes, -tied));
    expect(parameters).toBe(tensorBytes / 4);
  });

  it('says what else a user may want to know', async () => {
    expect((await inspect('pth-zoo/prefix-module.pth')).notes).toContain(
      'Every name begins with “module.”, which a wrapper of the network put there.',
    );
    expect((await inspect('pth-zoo/module.pth')).notes).toContain(
      'The file is a whole pickled module; its weights were read as data.',
    );
    expect((await inspect('pth-zoo/metadata.safetensors')).notes).toEqual(['Written for the framework “pt”.']);
  });
});

describe('tensorBytes', () => {
  const view = (shape: number[], strides: number[], storageOffset = 0, storageKey = '0'): CheckpointTensor => ({
    name: '',
    dtype: 'float32',
    shape,
    strides,
    storageOffset,
    storageKey,
  });
  it.each([
    { what: 'one tensor', views: [view([2, 3], [3, 1])], bytes: 24 },
    { what: 'two storages', views: [view([3], [1]), view([3], [1], 0, '1')], bytes: 24 },
    { what: 'a tensor and its transpose', views: [view([2, 3], [3, 1]), view([3, 2], [1, 3])], bytes: 24 },
    { what: 'halves that overlap in one element', views: [view([3], [1]), view([3], [1], 2)], bytes: 20 },
    { what: 'neighbours', views: [view([3], [1], 3), view([3], [1])], bytes: 24 },
    { what: 'one element shown often', views: [view([1000], [0])], bytes: 4 },
    { what: 'every second element', views: [view([5], [2])], bytes: 20 },
    { what: 'nothing', views: [view([0, 8], [8, 1]), view([0], [1], 7)], bytes: 0 },
  ])('counts what is there of $what', ({ views, bytes }) => {
    expect(tensorBytes(views)).toBe(bytes);
  });
});
