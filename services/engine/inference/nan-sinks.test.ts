import { expect, test } from 'vitest';
import { makeInt, makeInts } from '#engine/formats/onnx/attribute.ts';
import type { OnnxAttribute } from '#engine/formats/onnx/model.ts';
import { smallModel } from '#engine/graph/small-graph.fixture.ts';
import { viewGraph } from '#engine/graph/view.ts';
import { nanCarriers, nanSinks } from './nan-sinks.ts';
import { openSession } from './session.ts';
import { floats } from './tensor-value.ts';

/** Attributes and further inputs that an operator does not do without, for an input [2, 3, 5, 7]. */
type Needs = { attributes?: OnnxAttribute[]; weights?: Record<string, number[]>; inputs?: string[] };
const needs: Readonly<Record<string, Needs>> = {
  Add: { weights: { w: [7] } },
  BatchNormalization: { weights: { w: [3] }, inputs: ['w', 'w', 'w', 'v'] },
  Concat: { attributes: [makeInt('axis', 0)] },
  Conv: { weights: { w: [4, 3, 3, 3] } },
  Div: { weights: { w: [7] } },
  Gemm: { weights: { w: [7, 8] } },
  LayerNormalization: { weights: { w: [7] } },
  InstanceNormalization: { weights: { w: [3], w2: [3] } },
  MatMul: { weights: { w: [7, 4] } },
  Mul: { weights: { w: [7] } },
  ReduceMean: { attributes: [makeInt('keepdims', 0)] },
  ReduceSum: { attributes: [makeInt('keepdims', 0)] },
  Sub: { weights: { w: [7] } },
  Transpose: { attributes: [makeInts('perm', [3, 2, 1, 0])] },
};

/** They want a shape as a tensor, and move values only. */
const movers = new Set(['Reshape', 'Squeeze', 'Unsqueeze']);

test.each([...nanCarriers].filter((op) => !movers.has(op)))('%s gives a NaN for a NaN', async (op) => {
  const { attributes = [], weights = {}, inputs = Object.keys(weights) } = needs[op] ?? {};
  const shape = op === 'Gemm' ? [30, 7] : [2, 3, 5, 7];
  const made = smallModel({
    opset: op === 'Gelu' ? 20 : 19,
    inputs: { x: shape },
    weights,
    nodes: [
      ...(inputs.includes('v') ? [{ op: 'Abs', in: ['w'], out: 'v' }] : []),
      { op, in: ['x', ...inputs], out: 'y', attributes },
    ],
    outputs: ['y'],
  });
  const session = await openSession(made, { device: 'cpu', name: op });
  for (let at = 0; at < 210; at += 11) {
    const x = Float32Array.from({ length: 210 }, (_, i) => Math.sin(i));
    x[at] = Number.NaN;
    const feeds = new Map([['x', { dtype: 'float32' as const, shape, bytes: new Uint8Array(x.buffer) }]]);
    const y = (await session.run(feeds, ['y'])).get('y') ?? expect.fail();
    expect(floats(y).some(Number.isNaN), `NaN at ${at}`).toBe(true);
  }
  await session.close();
});

test('only where a NaN may get lost is looked for it', () => {
  const { graph } = smallModel({
    inputs: { x: ['n', 3, 8, 8] },
    weights: { w: [3, 3, 3, 3] },
    nodes: [
      { op: 'Conv', in: ['x', 'w'], out: 'a' },
      { op: 'Relu', in: ['a'], out: 'b' },
      { op: 'MaxPool', in: ['b'], out: 'c' },
      { op: 'Sigmoid', in: ['c'], out: 'd' },
      { op: 'Conv', in: ['c', 'w'], out: 'e', attributes: [makeInts('strides', [2, 2])] },
      { op: 'Conv', in: ['e', 'w'], out: 'f', attributes: [makeInts('dilations', [2, 2])] },
    ],
    outputs: ['d', 'f'],
  });
  const tensors = ['x', 'a', 'b', 'c', 'e'];
  expect([...nanSinks(viewGraph(graph), { tensors })].sort()).toEqual(['b', 'd', 'e']);
  expect([...nanSinks(viewGraph(graph), { tensors, kernels: 'fastest' })].sort()).toEqual(['b', 'd', 'e', 'x']);
});
