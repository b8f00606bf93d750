import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { smallModel } from '#engine/graph/small-graph.fixture.ts';
import { writeNpy } from '#kit/write-npz.ts';
import { openDataset } from './dataset.ts';
import { observeChannels } from './observe-channels.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'zeropoint-channels-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Samples [3, 2] through 2x and its logarithm. */
async function observed(values: readonly number[], opset: number, tensors: readonly (readonly [string, number])[]) {
  const model = smallModel({
    opset,
    inputs: { x: ['n', 3, 2] },
    weights: { half: [1] },
    nodes: [
      { op: 'Div', in: ['x', 'half'], out: 'twice' },
      { op: 'Log', in: ['twice'], out: 'log' },
    ],
    outputs: ['log'],
  });
  const path = join(folder, `${opset}-${tensors.length}.npy`);
  await writeFile(path, writeNpy({ name: 'x', shape: [values.length / 6, 3, 2], values: Float32Array.from(values) }));
  const dataset = await openDataset({ file: { path, name: 'samples.npy' }, ports: model.graph.inputs });
  const signal = new AbortController().signal;
  const asked = tensors.map(([tensor, channels]) => ({ tensor, channels }));
  try {
    return await observeChannels(model, asked, { dataset, signal, device: 'cpu', name: 'small', onProgress: () => {} });
  } finally {
    await dataset.close();
  }
}

const values = [1, -9, 3, 4, -5, 6, 7, 8, 0, 0, 2, -1.5];

test.each([13, 17, 18, 19])(
  'of each channel the greatest magnitude over all samples and rows, opset %i',
  async (opset) => {
    const { amax, samples, data } = await observed(values, opset, [
      ['x', 2],
      ['twice', 2],
      ['twice', 1],
    ]);
    expect(amax.map((one) => [...one])).toEqual([[7, 9], [14, 18], [18]]);
    expect({ samples, ids: data.ids }).toEqual({ samples: 2, ids: ['0', '1'] });
  },
);

test('a value that is not finite is refused with its sample and tensor', async () => {
  await expect(
    observed(values, 19, [
      ['log', 2],
      ['x', 1],
    ]),
  ).rejects.toMatchObject({
    code: 'CALIBRATION_MISMATCH',
    message: expect.stringMatching(/sample 0 gives (NaN|-?Infinity|an? .*) in tensor log/),
  });
});
