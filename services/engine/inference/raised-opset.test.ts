import { expect, test } from 'vitest';
import { makeInt, makeInts } from '#engine/formats/onnx/attribute.ts';
import type { OnnxAttribute, OnnxModel, OnnxTensor } from '#engine/formats/onnx/model.ts';
import { makeTensor } from '#engine/formats/onnx/tensor.ts';
import { raiseOpset } from '#engine/graph/prepare/raise-opset.ts';
import { smallModel } from '#engine/graph/small-graph.fixture.ts';
import { openSession } from './session.ts';
import type { TensorValue } from './tensor-value.ts';

const float = (name: string, f: number): OnnxAttribute => ({ name, type: 1, f });
const floats = (name: string, values: readonly number[]): OnnxAttribute => ({ name, type: 6, floats: [...values] });
const text = (name: string, value: string): OnnxAttribute => ({ name, type: 3, s: Buffer.from(value) });
const scales = (values: readonly number[]): OnnxTensor =>
  makeTensor(
    { name: 'scales', dtype: 'float32', shape: [values.length] },
    new Uint8Array(Float32Array.from(values).buffer),
  );

type Case = {
  readonly op: string;
  readonly opset: number;
  readonly attributes?: readonly OnnxAttribute[];
  readonly shape?: readonly number[];
  readonly inputs?: readonly string[];
  readonly weights?: Readonly<Record<string, readonly number[]>>;
  readonly constants?: readonly OnnxTensor[];
  readonly outputs?: string;
};

/** Each operator in the form that it had before it changed. */
const cases: readonly Case[] = [
  { op: 'Upsample', opset: 8, attributes: [text('mode', 'nearest'), floats('scales', [1, 1, 2, 3])] },
  { op: 'Upsample', opset: 9, inputs: ['x', 'scales'], constants: [scales([1, 1, 2, 2])] },
  {
    op: 'Upsample',
    opset: 9,
    inputs: ['x', 'scales'],
    attributes: [text('mode', 'linear')],
    constants: [scales([1, 1, 2.5, 2])],
  },
  { op: 'Resize', opset: 10, inputs: ['x', 'scales'], constants: [scales([1, 1, 1.5, 2])] },
  { op: 'Resize', opset: 10, inputs: ['x', 'scales'], constants: [scales([1, 1, 0.6, 0.5])] },
  {
    op: 'Resize',
    opset: 10,
    inputs: ['x', 'scales'],
    attributes: [text('mode', 'linear')],
    constants: [scales([1, 1, 0.6, 2])],
  },
  {
    op: 'Slice',
    opset: 9,
    attributes: [makeInts('starts', [1, -3]), makeInts('ends', [4, 9]), makeInts('axes', [1, 3])],
  },
  { op: 'Slice', opset: 9, attributes: [makeInts('starts', [0, 1]), makeInts('ends', [1, 3])] },
  { op: 'TopK', opset: 9, attributes: [makeInt('axis', 2), makeInt('k', 2)], outputs: 'y,indices' },
  { op: 'Clip', opset: 10, attributes: [float('min', -0.5), float('max', 0.75)] },
  { op: 'Clip', opset: 10, attributes: [float('max', 0.25)] },
  { op: 'Clip', opset: 10 },
  { op: 'Pad', opset: 10, attributes: [makeInts('pads', [0, 0, 1, 2, 0, 1, 0, 0]), float('value', 1.5)] },
  { op: 'Pad', opset: 10, attributes: [makeInts('pads', [0, 0, 1, 2, 0, 0, 1, 0]), text('mode', 'reflect')] },
  { op: 'Dropout', opset: 9, attributes: [float('ratio', 0.9)] },
  { op: 'Dropout', opset: 11 },
  {
    op: 'BatchNormalization',
    opset: 8,
    inputs: ['x', 'g', 'b', 'm', 'v'],
    attributes: [makeInt('spatial', 1), float('epsilon', 0.01)],
    weights: { g: [3], b: [3], m: [3], v: [3] },
  },
  { op: 'Squeeze', opset: 11, attributes: [makeInts('axes', [0])] },
  { op: 'Squeeze', opset: 12 },
  { op: 'Unsqueeze', opset: 11, attributes: [makeInts('axes', [0, -1])] },
  { op: 'ReduceSum', opset: 11, attributes: [makeInts('axes', [1, 2]), makeInt('keepdims', 0)] },
  { op: 'ReduceMean', opset: 11, attributes: [makeInts('axes', [-1])] },
  { op: 'ReduceL2', opset: 13 },
  { op: 'Split', opset: 11, attributes: [makeInt('axis', 1), makeInts('split', [1, 2])], outputs: 'y,z' },
  { op: 'Split', opset: 13, attributes: [makeInt('axis', 3)], outputs: 'y,z' },
  { op: 'Softmax', opset: 11 },
  { op: 'Softmax', opset: 9, attributes: [makeInt('axis', 2)] },
  { op: 'LogSoftmax', opset: 12, attributes: [makeInt('axis', -2)] },
  { op: 'Hardmax', opset: 12, attributes: [makeInt('axis', 3)] },
  { op: 'AveragePool', opset: 9, attributes: [makeInts('kernel_shape', [2, 2]), makeInts('pads', [1, 1, 0, 0])] },
  { op: 'MaxPool', opset: 8, attributes: [makeInts('kernel_shape', [3, 2]), makeInts('strides', [2, 1])] },
];

const shape = [1, 3, 5, 4];
const feeds = new Map([
  [
    'x',
    {
      dtype: 'float32' as const,
      shape,
      bytes: new Uint8Array(Float32Array.from({ length: 60 }, (_, index) => Math.sin(index * 1.7) * 1.5).buffer),
    },
  ],
]);

test.each(cases.flatMap((one) => [19, 23].map((to) => ({ ...one, to }))))(
  '$op of opset $opset computes the same at opset $to',
  async ({ to, ...one }) => {
    const old = modelOf(one);
    const raised = raiseOpset(old, { name: 'm', atLeast: to, ranks: new Map([['x', shape.length]]) });
    const [before, after] = [await run(old), await run(raised)];
    expect([...after.keys()]).toEqual([...before.keys()]);
    for (const [name, value] of before) expectNear(after.get(name) ?? expect.fail(name), value);
  },
);

/** The runtime has other kernels for newer pooling, which add in another order. */
function expectNear(after: TensorValue, before: TensorValue): void {
  expect({ ...after, bytes: 0 }).toEqual({ ...before, bytes: 0 });
  const isFloat = before.dtype === 'float32';
  const [now, then] = [after, before].map(({ bytes }) => {
    const { buffer } = Uint8Array.from(bytes);
    return isFloat ? [...new Float32Array(buffer)] : [...new Uint8Array(buffer)];
  });
  const off = (then ?? []).map((value, index) => Math.abs(value - (now?.[index] ?? Number.NaN)));
  expect(Math.max(...off)).toBeLessThan(1.2e-7);
}

function modelOf({
  op,
  opset,
  attributes = [],
  inputs = ['x'],
  weights = {},
  constants = [],
  outputs = 'y',
}: Case): OnnxModel {
  const model = smallModel({
    inputs: { x: shape },
    nodes: [{ op, in: inputs, out: outputs, attributes }],
    weights,
    outputs: [],
    opset,
  });
  const ports = outputs.split(',').map((name) => ({ name, dtype: null, shape: null, proto: { name } }));
  return {
    ...model,
    irVersion: 4,
    graph: { ...model.graph, outputs: ports, initializers: [...model.graph.initializers.map(positive), ...constants] },
  };
}

/** Variances are. */
function positive(tensor: OnnxTensor): OnnxTensor {
  const values = Float32Array.of(0.5, 1.25, 2);
  return makeTensor({ name: tensor.name, dtype: 'float32', shape: [3] }, new Uint8Array(values.buffer));
}

async function run(model: OnnxModel) {
  const session = await openSession(model, { device: 'cpu', name: 'm' });
  const results = await session.run(feeds, session.outputNames);
  await session.close();
  return results;
}
