import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeNpy } from '#kit/write-npz.ts';
import type { Dtype } from '../dtype.ts';
import { isNpy } from './is-npy.ts';
import { parseLiteral } from './literal.ts';
import { openNpy } from './open.ts';
import { refuseNotFinite } from './refuse-not-finite.ts';

let scratch: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'zeropoint-npy-'));
});
afterAll(() => rm(scratch, { recursive: true }));

async function save(bytes: Uint8Array): Promise<string> {
  const path = join(scratch, `${Math.random()}.npy`);
  await writeFile(path, bytes);
  return path;
}

const whole = writeNpy({ name: '', shape: [4, 3], values: Float32Array.from({ length: 12 }, (_, i) => i) });

describe('openNpy', () => {
  it('reads rows in any order', async () => {
    const path = await save(whole);
    const npy = await openNpy(path, 'samples.npy');
    expect(npy).toMatchObject({ dtype: 'float32', shape: [4, 3] });
    expect([...new Float32Array((await npy.readRows(2, 2)).buffer)]).toEqual([6, 7, 8, 9, 10, 11]);
    expect([...new Float32Array((await npy.readRows(0, 1)).buffer)]).toEqual([0, 1, 2]);
    await npy.close();
    expect(await isNpy(path)).toBe(true);
  });

  it('turns numbers of the other byte order', async () => {
    const bytes = Buffer.from(whole);
    bytes.write('>f4', bytes.indexOf('<f4'), 'latin1');
    bytes.writeFloatBE(2.5, bytes.length - 4);
    const npy = await openNpy(await save(bytes), 'samples.npy');
    expect(new Float32Array((await npy.readRows(3, 1)).buffer)[2]).toBe(2.5);
    await npy.close();
  });

  it.each([
    [
      'is cut off',
      whole.subarray(0, -4),
      'CORRUPT_FILE',
      'says an array has the shape (4, 3) of float32, 48 bytes, but holds 44',
    ],
    ['ends in its header', whole.subarray(0, 20), 'CORRUPT_FILE', 'ends at byte 20, inside the header'],
    ['is something else', Buffer.from('hello world'), 'CORRUPT_FILE', 'does not begin as .npy files do'],
    [
      'has no samples',
      writeNpy({ name: '', shape: [0, 3], values: new Float32Array(0) }),
      'NOT_A_DATASET',
      'no samples',
    ],
  ])('says what is wrong with a file that %s', async (_, bytes, code, said) => {
    await expect(openNpy(await save(bytes), 'samples.npy')).rejects.toMatchObject({
      code,
      message: expect.stringContaining(said),
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
