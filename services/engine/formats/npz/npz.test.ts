import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { demoFile } from '#kit/demo-file.ts';
import { writeNpz } from '#kit/write-npz.ts';
import type { Dtype } from '../dtype.ts';
import { parseLiteral } from './literal.ts';
import { openNpz } from './open.ts';
import { refuseNotFinite } from './refuse-not-finite.ts';

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

describe('refuseNotFinite', () => {
  const shape = [4];
  const refusal =
    (dtype: Dtype, words: Uint16Array<ArrayBuffer> | Float64Array<ArrayBuffer> | Float32Array<ArrayBuffer>) => () =>
      refuseNotFinite('a.npz', 'x', { dtype, shape, bytes: new Uint8Array(words.buffer), start: 0 });

  it.each([
    ['float16', new Uint16Array([0x7bff, 0xfc00, 0, 0]), 'an infinite value in “x”, sample 1'],
    ['float16', new Uint16Array([0x7bff, 0xfbff, 0x7e01, 0]), 'NaN in “x”, sample 2'],
    ['float64', new Float64Array([1e308, 5e-324, 0, Number.NaN]), 'NaN in “x”, sample 3'],
    ['float64', new Float64Array([1e308, Number.POSITIVE_INFINITY, 0, 0]), 'an infinite value in “x”, sample 1'],
    ['complex64', new Float32Array([0, 0, 0, 0, 1, Number.NaN, 0, 0]), 'NaN in “x”, sample 2'],
  ] as const)('finds it in %s', (dtype, words, said) => {
    expect(refusal(dtype, words)).toThrow(`a.npz holds ${said} of 4.`);
  });

  it('passes the largest and the smallest values, and integers of all bits', () => {
    expect(refusal('float16', new Uint16Array([0x7bff, 0xfbff, 1, 0x8000]))).not.toThrow();
    expect(refusal('float64', new Float64Array([-Number.MAX_VALUE, 5e-324, -0, 1]))).not.toThrow();
    expect(refusal('uint16', new Uint16Array([0xffff, 0x7fff, 0x7e00, 0]))).not.toThrow();
  });
});

describe('parseLiteral', () => {
  it.each([
    [
      "{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }",
      new Map<string, unknown>([
        ['descr', '<f4'],
        ['fortran_order', false],
        ['shape', [3, 4]],
      ]),
    ],
    ['(5,)', [5]],
    ['(5)', 5],
    ['()', []],
    ['(3L, 4L)', [3, 4]],
    ['["a", None, True, -7]', ['a', null, true, -7]],
  ])('reads %s', (text, value) => {
    expect(parseLiteral(text)).toEqual(value);
  });

  it.each([
    '',
    '1 + 1',
    '9**9',
    "__import__('os').system('ls')",
    '(1, 2',
    '{1: 2',
    '[1 2]',
    '1.5',
    `${'('.repeat(50)}1${')'.repeat(50)}`,
    '99999999999999999999',
    '1, 2',
    '[,]',
  ])('takes %j for no literal', (text) => {
    expect(parseLiteral(text)).toBeUndefined();
  });
});
