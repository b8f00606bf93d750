import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { aliasTensors } from '#engine/graph/alias-tensors.ts';
import { smallModel } from '#engine/graph/small-graph.fixture.ts';
import { createCalibrator } from '#engine/numerics/calibration/calibrator.ts';
import { writeNpy } from '#kit/write-npz.ts';
import { openDataset } from './dataset.ts';
import { observe } from './observe.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'zeropoint-calls-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const method = { kind: 'torch-entropy' } as const;
const noise = Array.from({ length: 600 }, (_, i) => Math.sin(i * i) ** 3 * (1 + i / 500));
const model = smallModel({
  inputs: { x: ['n', 6] },
  weights: { half: [1] },
  nodes: [
    { op: 'Div', in: ['x', 'half'], out: 'twice' },
    { op: 'Transpose', in: ['twice'], out: 'steps' },
  ],
  outputs: ['steps'],
});

const part = (values: Float32Array, i: number, of: number) =>
  values.subarray((i * values.length) / of, ((i + 1) * values.length) / of);

test('calls come one by one, steps one after the other in all calls, and batches as a loader cuts them', async () => {
  const { model: aliased, lists } = aliasTensors(model, [
    ['x', 'twice'],
    ['twice', 'x'],
    ['steps', 'steps'],
  ]);
  expect(lists).toEqual([
    ['x', 'twice'],
    ['twice/again', 'x/again'],
    ['steps', 'steps/again'],
  ]);
  const path = join(folder, 'x.npy');
  await writeFile(path, writeNpy({ name: 'x', shape: [100, 6], values: Float32Array.from(noise) }));
  const file = { path, name: 'x.npy' };
  const dataset = await openDataset({ file, ports: model.graph.inputs, batchSize: 40, remainder: 'last' });
  expect(dataset.cut().map(({ count }) => count)).toEqual([40, 40, 20]);
  const order = {
    tensors: lists.flat(),
    groups: lists.map((list) => new Set(list)),
    method,
    members: 'by call',
    sequences: new Set(lists[2]),
  } as const;
  const signal = new AbortController().signal;
  const { ranges } = await observe(aliased, order, { dataset, signal, device: 'cpu', name: 'x', onProgress: () => {} });
  await dataset.close();

  const [first, second, third] = [0, 1, 2].map(() => createCalibrator(method, 'float32'));
  for (const [from, to] of [
    [0, 40],
    [40, 80],
    [80, 100],
  ] as const) {
    const x = Float32Array.from(noise.slice(6 * from, 6 * to));
    const twice = x.map((value) => value / 0.5);
    for (const values of [x, twice]) first?.collect(values);
    for (const values of [twice, x]) second?.collect(values);
    const steps = Float32Array.from(twice, (_, i) => twice[(i % (to - from)) * 6 + Math.floor(i / (to - from))] ?? 0);
    for (let step = 0; step < 6; step++) for (const _ of [1, 2]) third?.collect(part(steps, step, 6));
  }
  expect(lists.map(([tensor = '']) => ranges.get(tensor))).toEqual([first, second, third].map((one) => one?.range()));
});
