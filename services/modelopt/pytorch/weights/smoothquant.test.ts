import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openCheckpoint } from '#engine/formats/pth/open.ts';
import { expectedOf, parityFile } from '#kit/parity-net.ts';
import { quantizeParity } from '../conformance/quantize-parity.fixture.ts';
import { divideChannels, smooth } from './smoothquant.ts';

let scratch: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'zeropoint-smooth-'));
});
afterAll(() => rm(scratch, { recursive: true, force: true }));

/** Bytes in hexadecimal digits, by tensor name. */
async function tensorsOf(path: string): Promise<ReadonlyMap<string, string>> {
  const checkpoint = await openCheckpoint(path, path);
  const tensors = new Map<string, string>();
  for (const tensor of checkpoint.tensors)
    tensors.set(tensor.name, Buffer.from(await checkpoint.read(tensor)).toString('hex'));
  await checkpoint.close();
  return tensors;
}

describe.each(['embed', 'mlp', 'twice', 'vit'] as const)('%s', (net) => {
  test('the tensors that ModelOpt changes are changed, and no others', async () => {
    const { cases } = await expectedOf(net);
    const { path, warnings } = await quantizeParity({ net, given: 'smoothquant', kind: 'plain' }, scratch);
    const [before, after] = [await tensorsOf(parityFile(`${net}.pth`).path), await tensorsOf(path)];
    const changed = [...before].filter(([name, bytes]) => after.get(name) !== bytes).map(([name]) => name);
    expect(changed.toSorted()).toEqual([...(cases.smoothquant?.changed ?? [])].toSorted());
    if (net === 'embed') expect(warnings.join()).toContain('tok.weight and decoder.weight are one tensor');
  });
});

describe('the scale of a channel', () => {
  const scales = (values: readonly number[], channels: readonly number[], alpha: number) => [
    ...smooth({ values: Float32Array.from(values), channels: Float32Array.from(channels), alpha }).preQuantScale,
  ];

  test('is 1 / max|x| with alpha 1, max|w| with alpha 0, and the root of their quotient between them', () => {
    const weight = [1, -4, 0.5, 2];
    expect(scales(weight, [8, 2], 1)).toEqual([0.125, 0.5]);
    expect(scales(weight, [8, 2], 0)).toEqual([1, 4]);
    expect(scales(weight, [4, 16], 0.5)).toEqual([0.5, 0.5]);
  });

  test('is at most 10,000, also where no activation was seen, and at least 1e-4', () => {
    expect(scales([1, 1], [0, 2], 1)).toEqual([10_000, 0.5]);
    expect(scales([1, 1], [1e6, 2], 1)).toEqual([Math.fround(1e-4), 0.5]);
  });

  test('is 1 without weights and activations, at which ModelOpt fails', () => {
    expect(scales([0, 1], [0, 1], 0.5)).toEqual([1, 1]);
  });

  test('divides the weight and multiplies the input, whose amax is that of the product', () => {
    const values = Float32Array.of(1, 2, 3, 4);
    const { preQuantScale, amax } = smooth({ values, channels: Float32Array.of(4, 1), alpha: 1 });
    expect([...divideChannels(values, preQuantScale)]).toEqual([4, 2, 12, 4]);
    expect(amax).toBe(1);
  });
});
