import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { demoFile } from '#kit/demo-file.ts';
import { writeNpz } from '#kit/write-npz.ts';
import { openNpz } from './open.ts';

let scratch: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'zeropoint-npz-'));
});
afterAll(() => rm(scratch, { recursive: true }));

describe('openNpz', () => {
  it('lists the arrays of a compressed file and reads rows in any order', async () => {
    const { path, name } = demoFile('evaluation.npz');
    const npz = await openNpz(path, name);
    expect(npz.arrays).toEqual([
      { name: 'input', dtype: 'float32', shape: [1488, 1, 28, 28] },
      { name: 'labels', dtype: 'int64', shape: [1488] },
    ]);
    const all = await npz.readRows('input', 0, 1488);
    const row = 28 * 28 * 4;
    for (const [start, count] of [
      [100, 32],
      [132, 1],
      [1480, 8],
      [0, 2],
    ] as const) {
      expect(
        Buffer.compare(await npz.readRows('input', start, count), all.subarray(start * row, (start + count) * row)),
      ).toBe(0);
    }
    const labels = new BigInt64Array((await npz.readRows('labels', 0, 1488)).buffer);
    expect([...labels.subarray(0, 10)]).toEqual([1n, 8n, 1n, 8n, 4n, 3n, 0n, 5n, 0n, 2n]);
    expect(labels.every((label) => label >= 0n && label <= 9n)).toBe(true);
    await npz.close();
  });

  it('reads rows of a stored file without reading what is before them', async () => {
    const path = join(scratch, 'stored.npz');
    await writeFile(
      path,
      writeNpz([{ name: 'input', shape: [4, 3], values: Float32Array.from({ length: 12 }, (_, index) => index) }]),
    );
    const npz = await openNpz(path, 'stored.npz');
    expect([...new Float32Array((await npz.readRows('input', 2, 2)).buffer)]).toEqual([6, 7, 8, 9, 10, 11]);
    await npz.close();
  });

  it.each([
    ['NaN', Number.NaN],
    ['an infinite value', Number.NEGATIVE_INFINITY],
  ])('says where a file holds %s', async (said, value) => {
    const values = new Float32Array(3_000_000);
    values[2_000_003] = value;
    const path = join(scratch, 'not-finite.npz');
    await writeFile(path, writeNpz([{ name: 'input', shape: [30, 100_000], values }]));
    const npz = await openNpz(path, 'not-finite.npz');
    await expect(npz.requireFinite()).rejects.toMatchObject({
      code: 'UNSUPPORTED',
      message: `not-finite.npz holds ${said} in “input”, sample 20 of 30.`,
    });
    await npz.close();
  });

  it('says that a model is no dataset', async () => {
    await expect(openNpz(demoFile('digits-cnn.onnx').path, 'digits.npz')).rejects.toMatchObject({
      code: 'NOT_A_DATASET',
    });
    await expect(openNpz(demoFile('digits-cnn.pth').path, 'digits.npz')).rejects.toMatchObject({
      code: 'NOT_A_DATASET',
      message: expect.stringContaining('data.pkl'),
    });
  });
});
