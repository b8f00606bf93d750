import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeInt, makeInts } from '#engine/formats/onnx/attribute.ts';
import type { OnnxModel } from '#engine/formats/onnx/model.ts';
import { makeTensor } from '#engine/formats/onnx/tensor.ts';
import { smallModel } from '#engine/graph/small-graph.fixture.ts';
import { type CalibrationMethod, createCalibrator } from '#engine/numerics/calibration/calibrator.ts';
import { writeNpy, writeNpz } from '#kit/write-npz.ts';
import { type DatasetOptions, datasetOf, openDataset } from './dataset.ts';
import type { ObserveOptions, ObserveOrder } from './observation.ts';
import { observe } from './observe.ts';
import { randomSamples } from './random-samples.ts';

/** 2x and its logarithm; 2x turned around, where samples are no longer one after the other; and a zero. */
const small = smallModel({
  inputs: { x: ['n', 2] },
  weights: { half: [1] },
  nodes: [
    { op: 'Div', in: ['x', 'half'], out: 'twice' },
    { op: 'Log', in: ['twice'], out: 'log' },
    { op: 'Transpose', in: ['twice'], out: 'turned' },
    { op: 'Sub', in: ['x', 'x'], out: 'zero' },
  ],
  outputs: ['log', 'turned', 'zero'],
});

const max = { kind: 'max' } as const;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'zeropoint-observe-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test.each([null, 1, 2, 5, 100])('the maximum is the same in batches of %s', async (batchSize) => {
  const seen: number[] = [];
  const { ranges, samples, data } = await observed(
    [1, 2, 3, 4, -5, 6, 0.5, 8, 9, 10],
    { tensors: ['x', 'twice'], method: max },
    { data: { batchSize }, onProgress: (fraction) => seen.push(fraction) },
  );
  expect([...ranges]).toEqual([
    ['x', { min: -5, max: 10 }],
    ['twice', { min: -10, max: 20 }],
  ]);
  expect({ samples, ids: data.ids, random: data.random }).toEqual({
    samples: 5,
    ids: ['0', '1', '2', '3', '4'],
    random: false,
  });
  expect(seen.at(-1)).toBe(1);
});

const methods: readonly CalibrationMethod[] = [
  { kind: 'entropy' },
  { kind: 'percentile', percentile: 90 },
  { kind: 'mse', mode: 'int8' },
];
const noise = Array.from({ length: 400 }, (_, i) => Math.sin(i * i) * (1 + i / 50) + 20);

test.each(methods.flatMap((method) => [null, 3].map((batchSize) => ({ method, batchSize }))))(
  '$method.kind is given all values in batches of $batchSize',
  async ({ method, batchSize }) => {
    const order = { method, tensors: ['x', 'twice', 'turned'], groups: [new Set(['x', 'twice'])] };
    const { ranges } = await observed(noise, order, { data: { batchSize } });
    const alone = createCalibrator(method, 'float32');
    const grouped = createCalibrator(method, 'float32');
    for (const [start, end] of cuts(200, batchSize ?? 1)) {
      const x = Float32Array.from(noise.slice(2 * start, 2 * end));
      const twice = x.map((value) => value / 0.5);
      alone.collect(twice);
      grouped.collect(Float32Array.from([...x, ...twice]));
    }
    expect(ranges.get('twice')).toEqual(grouped.range());
    expect(ranges.get('x')).toEqual(grouped.range());
    expect(ranges.get('turned')).toEqual(alone.range());
  },
);

test('entropy of a graph whose values depend on the batch is measured sample by sample', async () => {
  const mixed = smallModel({
    inputs: { x: ['n', 2] },
    nodes: [{ op: 'Softmax', in: ['x'], out: 'y', attributes: [makeInt('axis', 0)] }],
    outputs: ['y'],
  });
  const order = { method: { kind: 'entropy' }, tensors: ['y'] } as const;
  expect((await observed(noise, order, { model: mixed })).ranges.get('y')).toEqual({ min: 1, max: 1 });
});

test('samples that only mix in the last batches are measured one by one too', async () => {
  const centred = smallModel({
    opset: 18,
    inputs: { x: ['n', 2] },
    nodes: [
      { op: 'ReduceMean', in: ['x', 'axes'], out: 'mean' },
      { op: 'Sub', in: ['x', 'mean'], out: 'y' },
    ],
    outputs: ['y'],
  });
  const axes = makeTensor({ name: 'axes', dtype: 'int64', shape: [1] }, new Uint8Array(8));
  const model = { ...centred, graph: { ...centred.graph, initializers: [axes] } };
  const alikeAtFirst = Array.from({ length: 300 }, (_, i) => (i < 250 ? 1 : i));
  const order = { method: { kind: 'entropy' }, tensors: ['y'] } as const;
  expect((await observed(alikeAtFirst, order, { model })).ranges.get('y')).toEqual({ min: 0, max: 0 });
});

test.each([max, ...methods])(
  '$kind of a graph whose open batch only takes one sample is measured so',
  async (method) => {
    const single = smallModel({
      opset: 11,
      inputs: { x: ['n', 2] },
      nodes: [{ op: 'Squeeze', in: ['x'], out: 'y', attributes: [makeInts('axes', [0])] }],
      outputs: ['y'],
    });
    const { ranges } = await observed(noise, { method, tensors: ['x', 'y'] }, { model: single });
    expect(ranges.get('y')).toEqual(ranges.get('x'));
  },
);

test('tensors go through in several passes if so few are wanted at once, and nothing changes', async () => {
  const order = { method: { kind: 'entropy' }, tensors: ['x', 'twice', 'turned'] } as const;
  const seen: number[] = [];
  const few = await observed(noise, order, { tensorsAtOnce: 1, onProgress: (fraction) => seen.push(fraction) });
  expect(few).toEqual(await observed(noise, order));
  expect(seen.at(-1)).toBe(1);
  expect(seen).toEqual([...seen].sort((a, b) => a - b));
});

test('a graph of fixed batch takes what is left over together with samples from before', async () => {
  const fixed = smallModel({ inputs: { x: [4, 2] }, nodes: [{ op: 'Neg', in: ['x'], out: 'y' }], outputs: ['y'] });
  const values = Array.from({ length: 12 }, (_, i) => i);
  for (const method of [max, ...methods.slice(0, 1)]) {
    const { ranges, data } = await observed(values, { method, tensors: ['y'] }, { model: fixed });
    expect(ranges.get('y')?.min).toBe(-11);
    expect(data.ids).toHaveLength(6);
  }
});

const repeats = [
  { what: 'lie one after the other', nodes: [{ op: 'Neg', in: ['x'], out: 'y' }], once: true },
  { what: 'lie side by side', nodes: [{ op: 'Transpose', in: ['x'], out: 'y' }], once: false },
];
test.each(repeats)('samples that fill up the last batch count once in values that $what', async ({ nodes, once }) => {
  const fixed = smallModel({ inputs: { x: [4, 2] }, nodes, outputs: ['y'] });
  // The last batch is the rows 2, 3, 4 and 5, of which 2 and 3 were in the first.
  const values = [1, 1, 1, 1, 100, 100, 100, 100, 3, 3, 3, 3];
  const median = { kind: 'percentile', percentile: 60 } as const;
  const { ranges, warnings } = await observed(values, { method: median, tensors: ['x', 'y'] }, { model: fixed });
  const reach = Math.max(...['min', 'max'].map((end) => Math.abs(ranges.get('y')?.[end as 'min' | 'max'] ?? 0)));
  expect(reach < 50).toBe(once);
  expect(Math.abs(ranges.get('x')?.max ?? 0)).toBeLessThan(50);
  expect(warnings).toEqual(
    once
      ? []
      : [
          'The graph takes 4 samples at a time, and 2 of samples.npz fill up its last batch: they count twice in the scales of y, whose values do not lie sample by sample along the first axis. A multiple of 4 samples avoids that.',
        ],
  );
});

const wrong = [
  {
    what: 'NaN',
    in: 'the data',
    values: [1, 2, 3, Number.NaN],
    tensors: ['twice'],
    says: /^samples\.npz holds NaN in x, sample 1;/,
  },
  {
    what: 'infinity',
    in: 'the data',
    values: [1, 2, 3, Number.POSITIVE_INFINITY],
    tensors: ['x'],
    says: /^samples\.npz holds an infinite value in x, sample 1;/,
  },
  {
    what: 'NaN',
    in: 'the graph',
    values: [1, 2, 3, -4],
    tensors: ['x', 'log'],
    says: /^In samples\.npz sample 1 gives NaN in tensor log;/,
  },
  {
    what: 'infinity',
    in: 'the graph',
    values: [1, 2, 0, 4],
    tensors: ['log', 'x'],
    says: /^In samples\.npz sample 1 gives an infinite value in tensor log;/,
  },
];
test.each(wrong.flatMap((one) => [max, ...methods].map((method) => ({ ...one, method }))))(
  '$what in $in is refused by $method.kind, naming sample and tensor',
  async ({ values, tensors, says, method }) => {
    await expect(observed(values, { method, tensors })).rejects.toMatchObject({
      code: 'CALIBRATION_MISMATCH',
      message: expect.stringMatching(says),
    });
  },
);

test('ModelOpt passes over NaN, and so may the maximum', async () => {
  const { ranges } = await observed([1, 2, 3, -4], { method: max, tensors: ['log'] }, { nonFinite: 'taken' });
  expect(ranges.get('log')?.max).toBeCloseTo(Math.log(6));
});

test.each([max, ...methods])('an activation that never changes is named by $kind', async (method) => {
  const { warnings, ranges } = await observed([1, 2, 3, 4], { method, tensors: ['x', 'zero'] });
  expect(ranges.get('zero')).toEqual({ min: 0, max: 0 });
  expect(warnings).toEqual([
    '1 activation has one and the same value in all of the 2 samples, so that a scale from it says little: zero (0).',
  ]);
});

test.each([max, ...methods])('a tensor without any element has the range 0 to 0 by $kind', async (method) => {
  const attributes = [makeInts('starts', [0]), makeInts('ends', [0]), makeInts('axes', [1])];
  const model = smallModel({
    opset: 9,
    inputs: { x: ['n', 2] },
    nodes: [{ op: 'Slice', in: ['x'], out: 'none', attributes }],
    outputs: ['none'],
  });
  const { ranges } = await observed([1, 2, 3, 4], { method, tensors: ['x', 'none'] }, { model });
  expect(ranges.get('none')).toEqual({ min: 0, max: 0 });
});

test('where entropy cannot do as ModelOpt does, that is told of the tensor', async () => {
  const growing = [0.001, -0.001, 1, -1];
  const { deviations } = await observed(growing, { method: { kind: 'entropy' }, tensors: ['x', 'zero'] });
  expect(deviations).toEqual([expect.stringMatching(/^x: Bins of the tensor's histogram were merged in pairs/)]);
});

test('of many samples so many are drawn by the seed, without repetition and in order', async () => {
  const draw = (seed: number) =>
    observed(noise, { method: max, tensors: ['x'] }, { data: { batchSize: 4, draw: { most: 10, seed } } });
  const { data, samples, ranges } = await draw(7);
  const rows = data.ids.map(Number);
  expect({ samples, different: new Set(rows).size }).toEqual({ samples: 10, different: 10 });
  expect(rows).toEqual([...rows].sort((a, b) => a - b));
  const values = rows.flatMap((row) => noise.slice(2 * row, 2 * row + 2)).map(Math.fround);
  expect(ranges.get('x')).toEqual({ min: Math.min(...values), max: Math.max(...values) });
  expect((await draw(7)).data).toEqual(data);
  expect((await draw(8)).data.ids).not.toEqual(data.ids);
});

test('random data is one batch, the same for the same seed, and says that it is', async () => {
  const { inputs } = small.graph;
  const run = (seed: number) =>
    observe(
      small,
      { method: max, tensors: ['x'], groups: [] },
      { ...rest, dataset: datasetOf(randomSamples(inputs, seed), { ports: inputs }) },
    );
  const { data, ranges } = await run(1);
  expect(data).toMatchObject({ samples: 1, random: true });
  expect(ranges.get('x')?.min).toBeGreaterThanOrEqual(0);
  expect(ranges.get('x')?.max).toBeLessThan(1);
  expect((await run(1)).data).toEqual(data);
  expect((await run(2)).data.digest).not.toBe(data.digest);
});

test('random data is not made for an input that would not fit the memory', () => {
  const { inputs } = smallModel({ inputs: { x: [1, 3, 65_536, 65_536] }, nodes: [], outputs: [] }).graph;
  expect(() => randomSamples(inputs, 1)).toThrow('[1, 3, 65536, 65536]: that is 12884901888 elements, and at most');
});

test('the digest tells the data apart, not the batches', async () => {
  const digest = async (values: readonly number[], batchSize: number) =>
    (await observed(values, { method: max, tensors: ['x'] }, { data: { batchSize } })).data.digest;
  expect(await digest([1, 2, 3, 4], 1)).toBe(await digest([1, 2, 3, 4], 2));
  expect(await digest([1, 2, 3, 4], 1)).not.toBe(await digest([1, 2, 3, 5], 1));
});

test('a .npy feeds a graph of one input', async () => {
  const path = join(folder, 'samples.npy');
  await writeFile(path, writeNpy({ name: '', shape: [2, 2], values: Float32Array.of(1, 2, 3, 4) }));
  const dataset = await openDataset({ file: { path, name: 'samples.npy' }, ports: small.graph.inputs });
  const { ranges } = await observe(small, { method: max, tensors: ['x'], groups: [] }, { ...rest, dataset });
  await dataset.close();
  expect(ranges.get('x')).toEqual({ min: 1, max: 4 });
});

test('a .npy does not feed a graph of two', async () => {
  const path = join(folder, 'one.npy');
  await writeFile(path, writeNpy({ name: '', shape: [2, 2], values: Float32Array.of(1, 2, 3, 4) }));
  const { inputs } = smallModel({ inputs: { a: ['n'], b: ['n'] }, nodes: [], outputs: [] }).graph;
  await expect(openDataset({ file: { path, name: 'one.npy' }, ports: inputs })).rejects.toMatchObject({
    code: 'CALIBRATION_MISMATCH',
    message: 'one.npy holds one array, and the graph takes 2 inputs: a, b.',
  });
});

test.each([max, ...methods])('an abort ends $kind between batches', async (method) => {
  const signal = AbortSignal.abort(new Error('stop'));
  await expect(observed(noise, { method, tensors: ['x'] }, { signal })).rejects.toThrow('stop');
});

const rest = { device: 'cpu', name: 'small.onnx', signal: new AbortController().signal, onProgress: () => {} };

type Run = Partial<ObserveOptions> & {
  readonly model?: OnnxModel;
  readonly data?: Omit<DatasetOptions, 'ports'>;
};

/** Observes samples [n, 2] of x. */
async function observed(
  values: readonly number[],
  order: Omit<ObserveOrder, 'groups'> & Partial<ObserveOrder>,
  { model = small, data, ...options }: Run = {},
) {
  const path = join(folder, `${Math.random()}.npz`);
  await writeFile(path, writeNpz([{ name: 'x', shape: [values.length / 2, 2], values: Float32Array.from(values) }]));
  const dataset = await openDataset({ file: { path, name: 'samples.npz' }, ports: model.graph.inputs, ...data });
  try {
    return await observe(model, { groups: [], ...order }, { ...rest, dataset, ...options });
  } finally {
    await dataset.close();
  }
}

/** As np.array_split cuts so many samples into batches of about this size. */
function cuts(samples: number, size: number): readonly (readonly [number, number])[] {
  const batches = Math.floor(samples / size);
  const ends = Array.from(
    { length: batches },
    (_, i) => (i + 1) * Math.floor(samples / batches) + Math.min(i + 1, samples % batches),
  );
  return ends.map((end, i) => [ends[i - 1] ?? 0, end]);
}
