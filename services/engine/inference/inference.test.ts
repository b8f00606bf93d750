import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { InputFile } from '#contract/backend.ts';
import { readOnnxModel } from '#engine/formats/onnx/read.ts';
import { makeTensor } from '#engine/formats/onnx/tensor.ts';
import { smallModel } from '#engine/graph/small-graph.fixture.ts';
import { demoFile } from '#kit/demo-file.ts';
import { writeNpz } from '#kit/write-npz.ts';
import { evaluateTop1 } from './evaluate.ts';
import { onDevice } from './execution-providers.ts';
import { inferTypes } from './infer-types.ts';
import { runShapes } from './run-shapes.ts';
import { openSession } from './session.ts';
import { floats } from './tensor-value.ts';

const options = { device: 'cpu', name: 'small.onnx' };
const signal = new AbortController().signal;
const double = smallModel({
  inputs: { x: ['n', 2] },
  weights: { two: [1] },
  nodes: [
    { op: 'Div', in: ['x', 'two'], out: 'y' },
    { op: 'Log', in: ['y'], out: 'z' },
  ],
  outputs: ['z'],
});

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'zeropoint-inference-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('a session computes, and gives the device it runs on', async () => {
  const session = await openSession(double, { ...options, device: 'rocm:0' });
  const feeds = new Map([
    ['x', { dtype: 'float32' as const, shape: [1, 2], bytes: new Uint8Array(Float32Array.of(0.5, 1).buffer) }],
  ]);
  const z = (await session.run(feeds, ['z'])).get('z') ?? expect.fail();
  await session.close();
  expect([...floats(z)].map((value) => value.toFixed(4))).toEqual(['0.0000', '0.6931']);
  expect(session).toMatchObject({
    device: 'cpu',
    warnings: [
      'ONNX Runtime cannot use rocm on this machine; the CPU is used instead of rocm:0. It says: this build of ONNX Runtime has no such execution provider',
    ],
  });
});

test('an accelerator is blamed for its own failures alone, and keeps its reason', async () => {
  const asked: string[] = [];
  const fails = (reason: string) => (accelerators: readonly unknown[]) => {
    asked.push(accelerators.length > 0 ? reason : 'cpu');
    return accelerators.length > 0 ? Promise.reject(new Error(reason)) : Promise.resolve('on cpu');
  };
  const [graph, library] = ['Could not find an implementation for NonZero(13)', 'Failed to load shared library'];
  const warningsOf = async (reason: string) => (await onDevice('webgpu', fails(reason))).warnings;
  expect(await warningsOf(graph)).toEqual([
    `ONNX Runtime cannot compute this graph with webgpu; the CPU is used instead of webgpu. It says: ${graph}`,
  ]);
  const unusable = [
    `ONNX Runtime cannot use webgpu on this machine; the CPU is used instead of webgpu. It says: ${library}`,
  ];
  expect(await warningsOf(library)).toEqual(unusable);
  expect(await warningsOf(graph)).toEqual(unusable);
  expect(asked).toEqual([graph, 'cpu', library, 'cpu', 'cpu']);
});

test('shapes and types of inner tensors come from the runtime', async () => {
  const model = smallModel({
    inputs: { x: ['n', 2] },
    nodes: [
      { op: 'Shape', in: ['x'], out: 's' },
      { op: 'Relu', in: ['x'], out: 'y' },
    ],
    outputs: ['y'],
  });
  const feeds = new Map([['x', { dtype: 'float32' as const, shape: [3, 2], bytes: new Uint8Array(24) }]]);
  const one = new Map([['x', { dtype: 'float32' as const, shape: [1, 2], bytes: new Uint8Array(8) }]]);
  const shapes = await runShapes(model, { tensors: ['y', 's', 'x'], feeds: [feeds, one] }, options);
  expect(shapes.map((seen) => Object.fromEntries(seen))).toEqual([
    { y: [3, 2], s: [2], x: [3, 2] },
    { y: [1, 2], s: [2], x: [1, 2] },
  ]);
  expect([...(await inferTypes(model, ['y', 's'], options))]).toEqual([
    ['y', 'float32'],
    ['s', 'int64'],
  ]);
});

test('a graph that the runtime cannot take is refused in its words', async () => {
  const odd = smallModel({ nodes: [{ op: 'Relu', in: ['x', 'x'], out: 'y' }], outputs: ['y'] });
  await expect(openSession(odd, options)).rejects.toMatchObject({
    code: 'NOT_A_MODEL',
    message: expect.stringMatching(/refuses small\.onnx.*Relu_y/),
  });
});

test('a custom operator is named with its domain, its node and what to do', async () => {
  const odd = smallModel({
    nodes: [
      { op: 'Relu', in: ['x'], out: 'y' },
      { op: 'EfficientNMS_TRT', in: ['y'], out: 'z', name: 'nms' },
    ],
    outputs: ['z'],
  });
  const nodes = odd.graph.nodes.map((node) => (node.name === 'nms' ? { ...node, domain: 'trt.plugins' } : node));
  const model = {
    ...odd,
    opsets: [...odd.opsets, { domain: 'trt.plugins', version: 1 }],
    graph: { ...odd.graph, nodes },
  };
  await expect(openSession(model, options)).rejects.toMatchObject({
    code: 'UNSUPPORTED',
    message: expect.stringMatching(
      /^small\.onnx has the custom operator EfficientNMS_TRT of the domain trt\.plugins \(the node nms\);/,
    ),
    remedy: expect.stringContaining('without EfficientNMS_TRT'),
  });
});

test('a run that fails names the node', async () => {
  const model = smallModel({
    inputs: { x: ['a', 'b'] },
    weights: { w: [3, 4] },
    nodes: [{ op: 'MatMul', in: ['x', 'w'], out: 'y', name: 'proj' }],
    outputs: ['y'],
  });
  const session = await openSession(model, options);
  const feeds = new Map([['x', { dtype: 'float32' as const, shape: [2, 5], bytes: new Uint8Array(40) }]]);
  await expect(session.run(feeds, ['y'])).rejects.toMatchObject({
    code: 'CORRUPT_FILE',
    message: expect.stringMatching(/^small\.onnx cannot be computed at the MatMul node proj: .*dimension mismatch/),
  });
  await session.close();
});

test('top-1 counts both models and their agreement', async () => {
  const { path, name } = demoFile('digits-cnn.onnx');
  const model = await readOnnxModel({ path, name });
  const seen: number[] = [];
  const pair = await evaluateTop1(
    { float: model, quantized: model },
    {
      evaluation: demoFile('evaluation.npz'),
      device: 'cpu',
      batchSize: 200,
      signal,
      onProgress: (fraction) => seen.push(fraction),
    },
  );
  expect(pair).toEqual({
    metric: 'top1',
    float: { correct: 1477, total: 1488 },
    quantized: { correct: 1477, total: 1488 },
    agreement: 1488,
  });
  expect(seen.at(-1)).toBe(1);
});

test('a graph of fixed batch size sees every sample, and the filled-up last batch counts none twice', async () => {
  const fixed = smallModel({ inputs: { x: [4, 2] }, nodes: [{ op: 'Identity', in: ['x'], out: 'y' }], outputs: ['y'] });
  const values = [0, 1, 1, 0, 0, 1, 1, 0, 0, 1, 1, 0];
  const file = await save({ x: { shape: [6, 2], values }, labels: { shape: [6], integers: [1, 0, 1, 0, 0, 1] } });
  const pair = await evaluateTop1(
    { float: fixed, quantized: fixed },
    { evaluation: file, device: 'cpu', batchSize: 1, signal, onProgress: () => {} },
  );
  expect(pair.float).toEqual({ correct: 4, total: 6 });
});

test('a row of scores with a NaN is right for no label, and agrees with nothing', async () => {
  const logarithm = smallModel({
    inputs: { x: ['n', 2] },
    nodes: [{ op: 'Log', in: ['x'], out: 'y' }],
    outputs: ['y'],
  });
  const file = await save({ x: { shape: [2, 2], values: [-1, 1, 2, 1] }, labels: { shape: [2], integers: [0, 0] } });
  const pair = await evaluateTop1(
    { float: logarithm, quantized: logarithm },
    { evaluation: file, device: 'cpu', batchSize: 2, signal, onProgress: () => {} },
  );
  expect(pair).toMatchObject({ float: { correct: 1, total: 2 }, agreement: 1 });
});

test('large models are evaluated one after the other, with the same result and progress that only rises', async () => {
  const [file, unused] = [demoFile('digits-cnn.onnx'), new Uint8Array(2 ** 25 + 4)];
  const model = await readOnnxModel(file);
  const ballast = makeTensor({ name: 'ballast', dtype: 'float32', shape: [unused.length / 4] }, unused);
  const graph = { ...model.graph, initializers: [...model.graph.initializers, ballast] };
  const [large, seen]: [typeof model, number[]] = [{ ...model, graph }, []];
  const pair = await evaluateTop1(
    { float: large, quantized: large },
    { evaluation: demoFile('evaluation.npz'), device: 'cpu', batchSize: 500, signal, onProgress: (x) => seen.push(x) },
  );
  expect(pair).toMatchObject({ float: { correct: 1477, total: 1488 }, agreement: 1488 });
  expect(seen).toEqual([0.25, 0.5, 0.75, 1]);
});

test('an output without a row for each sample is refused with its shape', async () => {
  const turned = smallModel({
    inputs: { x: ['n', 2] },
    nodes: [{ op: 'Transpose', in: ['x'], out: 'y' }],
    outputs: ['y'],
  });
  const file = await save({
    x: { shape: [3, 2], values: [1, 2, 3, 4, 5, 6] },
    labels: { shape: [3], integers: [0, 1, 0] },
  });
  const run = evaluateTop1(
    { float: turned, quantized: turned },
    { evaluation: file, device: 'cpu', batchSize: 3, signal, onProgress: () => {} },
  );
  await expect(run).rejects.toMatchObject({
    code: 'UNSUPPORTED',
    message: expect.stringMatching(/y is \[2, 3\] for 3/),
  });
});

test('a label that no class has is refused, naming sample and classes', async () => {
  const same = smallModel({
    inputs: { x: ['n', 2] },
    nodes: [{ op: 'Identity', in: ['x'], out: 'y' }],
    outputs: ['y'],
  });
  const file = await save({ x: { shape: [2, 2], values: [0, 1, 1, 0] }, labels: { shape: [2], integers: [1, 99] } });
  const run = evaluateTop1(
    { float: same, quantized: same },
    { evaluation: file, device: 'cpu', batchSize: 2, signal, onProgress: () => {} },
  );
  await expect(run).rejects.toMatchObject({
    code: 'CALIBRATION_MISMATCH',
    message: expect.stringMatching(/labels sample 1 with 99, and the model knows the 2 classes 0 to 1/),
  });
});

test('evaluation without labels says what is missing', async () => {
  const file = await save({ x: { shape: [1, 2], values: [1, 2] } });
  const run = evaluateTop1(
    { float: double, quantized: double },
    { evaluation: file, device: 'cpu', batchSize: 1, signal, onProgress: () => {} },
  );
  await expect(run).rejects.toMatchObject({ message: expect.stringMatching(/no labels: an array of 1 integers/) });
});

type ArrayText = {
  readonly shape: readonly number[];
  readonly values?: readonly number[];
  readonly integers?: readonly number[];
};

/** An .npz of float32 (`values`) and int64 (`integers`) arrays. */
async function save(arrays: Readonly<Record<string, ArrayText>>): Promise<InputFile> {
  const path = join(folder, `${Math.random()}.npz`);
  const entries = Object.entries(arrays).map(([name, { shape, values, integers }]) => ({
    name,
    shape,
    values: integers ? BigInt64Array.from(integers, BigInt) : Float32Array.from(values ?? []),
  }));
  await writeFile(path, writeNpz(entries));
  return { path, name: 'samples.npz' };
}
