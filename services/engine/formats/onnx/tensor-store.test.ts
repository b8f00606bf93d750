import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isMapped } from './for-runtime.ts';
import { makeTensor, tensorBytes } from './tensor.ts';
import { withTensorStore } from './tensor-store.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'zeropoint-store-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function weight(name: string, elements: number) {
  const values = Float32Array.from({ length: elements }, (_, i) => i % 251);
  return makeTensor({ name, dtype: 'float32', shape: [elements] }, new Uint8Array(values.buffer));
}

test('what is put there has its bytes in a file that a runtime can map, and in memory no more', async () => {
  await withTensorStore(folder, async (store) => {
    for (const elements of [16_385, 300_001, 1_200_000, 20_000]) {
      const tensor = weight(`w${elements}`, elements);
      const stored = await store.put(tensor);
      expect(stored).toMatchObject({ name: tensor.name, dtype: 'float32', shape: [elements] });
      expect(stored.proto.rawData).toBeUndefined();
      expect(isMapped(stored)).toBe(true);
      expect(Buffer.compare(tensorBytes(stored), tensorBytes(tensor))).toBe(0);
    }
    expect(await readdir(folder)).toHaveLength(1);
  });
  expect(await readdir(folder)).toEqual([]);
});

test('small tensors stay as they are, and without large ones there is no file', async () => {
  await withTensorStore(folder, async (store) => {
    const tensor = weight('bias', 64);
    expect(await store.put(tensor)).toBe(tensor);
    expect(await readdir(folder)).toEqual([]);
  });
});

test('nothing is left behind a failure', async () => {
  const failed = withTensorStore(folder, async (store) => {
    await store.put(weight('w', 100_000));
    throw new Error('the disk is fine, the rest is not');
  });
  await expect(failed).rejects.toThrow('the disk is fine');
  expect(await readdir(folder)).toEqual([]);
});
