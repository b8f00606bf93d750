import { createHash } from 'node:crypto';
import { open, readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Checkpoint, CheckpointTensor } from '../pth/checkpoint.ts';
import { openModel } from './open-model.ts';

type Expected = {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly sha256: string;
};

const fixtures = fileURLToPath(new URL('../../../../test/fixtures/safetensors/', import.meta.url));
const expected: Readonly<Record<string, readonly Expected[]>> = JSON.parse(
  await readFile(`${fixtures}expected.json`, 'utf8'),
);

async function openFixture(file: string): Promise<Checkpoint> {
  return openModel({ path: fixtures + file, name: basename(file) });
}

describe('weights in safetensors, or in several files', () => {
  it.each(Object.entries(expected))('%s has the tensors of the model that was saved', async (file, tensors) => {
    const checkpoint = await openFixture(file);
    const read: Expected[] = [];
    for (const tensor of checkpoint.tensors) {
      const bytes = await checkpoint.read(tensor);
      const { name, dtype, shape } = tensor;
      read.push({ name, dtype, shape, sha256: createHash('sha256').update(bytes).digest('hex') });
      expect((await readInPlace(checkpoint, tensor)).equals(bytes)).toBe(true);
    }
    await checkpoint.close();
    const byName = (a: Expected, b: Expected) => (a.name < b.name ? -1 : 1);
    expect(read.toSorted(byName)).toEqual(tensors.toSorted(byName));
  });

  it('lists tensors in torchao’s order, or by name with numbers by their value', async () => {
    const names = async (file: string) => {
      const checkpoint = await openFixture(file);
      await checkpoint.close();
      return checkpoint.tensors.map(({ name }) => name);
    };
    expect(await names('torchao.safetensors')).toEqual(expected['torchao.safetensors']?.map(({ name }) => name));
    expect((await names('odd-names.safetensors')).filter((name) => /^l/i.test(name))).toEqual(['L.1', 'l.9', 'l.10']);
  });

  it.each(['torchao.safetensors', 'sharded-torchao/model.safetensors.index.json'])(
    'knows the tensors of %s as quantized already',
    async (file) => {
      const checkpoint = await openFixture(file);
      await checkpoint.close();
      expect([...checkpoint.quantized]).toEqual([
        ['0.weight', { class: 'torchao.quantization.Int8Tensor', dtype: 'bfloat16', shape: [4, 8] }],
        ['2.weight', { class: 'torchao.quantization.Float8Tensor', dtype: 'bfloat16', shape: [2, 4] }],
      ]);
    },
  );

  it('gives a weight back that was left out for being another, as the same memory', async () => {
    const checkpoint = await openFixture('tied.safetensors');
    await checkpoint.close();
    expect(checkpoint.tensors.map(({ name }) => name)).toEqual(['embed.weight', 'head.weight']);
    expect(new Set(checkpoint.tensors.map(({ storageKey }) => storageKey)).size).toBe(1);
  });

  it('counts the bytes and the files of a model in several', async () => {
    const checkpoint = await openFixture('sharded/model.safetensors.index.json');
    await checkpoint.close();
    expect(checkpoint).toMatchObject({ container: 'safetensors', shards: 2, bytes: 221 + 228 + 116 });
    expect(checkpoint.metadata).toEqual(new Map([['format', 'pt']]));
  });
});

async function readInPlace(checkpoint: Checkpoint, tensor: CheckpointTensor): Promise<Buffer> {
  const extent = checkpoint.locate(tensor);
  if (!extent) throw new Error(`${tensor.name} has no place`);
  const file = await open(extent.path);
  const bytes = Buffer.alloc(extent.bytes);
  await file.read(bytes, 0, extent.bytes, extent.offset);
  await file.close();
  return bytes;
}
