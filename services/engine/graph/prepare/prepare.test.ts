import { expect, test } from 'vitest';
import { InputError } from '#contract/failure.ts';
import { intAttribute, makeInt, makeInts } from '#engine/formats/onnx/attribute.ts';
import { standardOpset } from '#engine/formats/onnx/model.ts';
import { tensorInts } from '#engine/formats/onnx/tensor.ts';
import { smallModel } from '../small-graph.fixture.ts';
import { nameNodes } from './name-nodes.ts';
import { raiseOpset } from './raise-opset.ts';
import { splitShared } from './split-shared.ts';

test('unnamed nodes get their operator and a counter that moves only on a collision', () => {
  const ops = ['Conv', 'Relu', 'Identity', 'Conv', 'Identity'];
  const nodes = ops.map((op, i) => ({ op, name: '', in: [`t${i}`], out: `t${i + 1}` }));
  const named = nameNodes(smallModel({ inputs: { t0: [1] }, nodes, outputs: ['t5'] }));
  expect(named.graph.nodes.map(({ name }) => name)).toEqual(['Conv_1', 'Relu_1', 'Identity_1', 'Conv_2', 'Identity_2']);
});

test('a shared initializer becomes one for each reader, with names that are free', () => {
  const model = smallModel({
    weights: { w: [2], w_1: [2], own: [2] },
    nodes: [
      { op: 'Add', in: ['x', 'w'], out: 'a' },
      { op: 'Add', in: ['a', 'w_1'], out: 'b' },
      { op: 'Add', in: ['b', 'w'], out: 'c' },
      { op: 'Add', in: ['c', 'own'], out: 'y' },
    ],
    outputs: ['y'],
  });
  const { graph } = splitShared(model);
  expect(graph.nodes.map((node) => node.inputs[1])).toEqual(['w_2', 'w_1', 'w_3', 'own']);
  expect(graph.initializers.map(({ name }) => name)).toEqual(['w_1', 'own', 'w_2', 'w_3']);
});

test('a model of opset 19 or more keeps its opset', () => {
  const model = smallModel({ nodes: [{ op: 'Relu', in: ['x'], out: 'y' }], outputs: ['y'], opset: 21 });
  expect(standardOpset(raiseOpset(model, { name: 'm', atLeast: 19, ranks: new Map() }))).toBe(21);
});

test('axes and splits that were attributes become inputs, and Split says its number of outputs', () => {
  const model = smallModel({
    nodes: [
      { op: 'ReduceMean', in: ['x'], out: 'a', attributes: [makeInts('axes', [-1, 2]), makeInt('keepdims', 1)] },
      { op: 'Unsqueeze', in: ['a'], out: 'b', attributes: [makeInts('axes', [0])] },
      { op: 'Split', in: ['b'], out: 'c,d', attributes: [makeInt('axis', 1)] },
      { op: 'Relu', in: ['c'], out: 'y' },
    ],
    outputs: ['y'],
    opset: 11,
  });
  const raised = raiseOpset(model, { name: 'm', atLeast: 19, ranks: new Map() });
  const [mean, unsqueeze, split, relu] = raised.graph.nodes;
  const constant = (name: string | undefined) =>
    raised.graph.initializers.find((tensor) => tensor.name === name) ?? expect.fail(`${name}`);
  expect(tensorInts(constant(mean?.inputs[1]))).toEqual([-1, 2]);
  expect(mean?.attributes.map(({ name }) => name)).toEqual(['keepdims']);
  expect(tensorInts(constant(unsqueeze?.inputs[1]))).toEqual([0]);
  expect(split && intAttribute(split, 'num_outputs', 0)).toBe(2);
  expect(relu).toEqual(model.graph.nodes[3]);
  expect(standardOpset(raised)).toBe(19);
});

test.each([
  { axis: 1, rank: 2, ops: ['Softmax'] },
  { axis: -1, rank: 4, ops: ['Softmax'] },
  { axis: 1, rank: 4, ops: ['Shape', 'Flatten', 'Softmax', 'Reshape'] },
])('a Softmax of opset 11 over axis $axis of $rank dimensions becomes $ops', ({ axis, rank, ops }) => {
  const model = smallModel({
    nodes: [{ op: 'Softmax', in: ['x'], out: 'y', attributes: [makeInt('axis', axis)] }],
    outputs: ['y'],
    opset: 11,
  });
  const { nodes } = raiseOpset(model, { name: 'm', atLeast: 19, ranks: new Map([['x', rank]]) }).graph;
  expect(nodes.map(({ op }) => op)).toEqual(ops);
  expect(nodes.flatMap((node) => (node.op === 'Softmax' ? [intAttribute(node, 'axis', 9), node.name] : []))).toEqual([
    -1,
    'Softmax_y',
  ]);
  expect(nodes.at(-1)?.outputs).toEqual(['y']);
});

test.each([
  { op: 'BatchNormalization', opset: 8, attributes: [makeInt('spatial', 0)], why: /statistics for each position/ },
  { op: 'Scan', opset: 8, attributes: [], why: /its batches/ },
  {
    op: 'GroupNormalization',
    opset: 20,
    attributes: [makeInt('num_groups', 3)],
    why: /w has the shape \[4\], and there are 3 groups/,
  },
])(
  '$op of opset $opset is refused where it meant something else, naming the node',
  ({ op, opset, attributes, why }) => {
    const model = smallModel({
      nodes: [{ op, in: ['x', 'w'], out: 'y', attributes }],
      weights: { w: [4] },
      outputs: ['y'],
      opset,
    });
    const raise = () => raiseOpset(model, { name: 'old.onnx', atLeast: 21, ranks: new Map() });
    expect(raise).toThrow(InputError);
    expect(raise).toThrow(new RegExp(`^${op} ${op}_y of old\\.onnx cannot be brought from opset ${opset} to 21: `));
    expect(raise).toThrow(why);
  },
);

test('the nodes of a subgraph are brought along, with constants that it sees', () => {
  const branch = {
    name: 'b',
    node: [{ opType: 'Squeeze', input: ['x'], output: ['s'], attribute: [makeInts('axes', [0])] }],
    output: [{ name: 's' }],
  };
  const attributes = ['then_branch', 'else_branch'].map((name) => ({ name, type: 5, g: branch }));
  const model = smallModel({ nodes: [{ op: 'If', in: ['x'], out: 'y', attributes }], outputs: ['y'], opset: 11 });
  const { nodes, initializers } = raiseOpset(model, { name: 'm', atLeast: 19, ranks: new Map() }).graph;
  const inner = nodes.flatMap(({ attributes }) => attributes.flatMap(({ g }) => g?.node ?? []));
  expect(inner.map(({ input }) => input)).toEqual([
    ['x', 's_axes'],
    ['x', 's_axes_1'],
  ]);
  expect(initializers.map(({ name }) => name)).toEqual(['s_axes', 's_axes_1']);
});

test('an opset before 7 is refused with a remedy', () => {
  const model = smallModel({ nodes: [{ op: 'Relu', in: ['x'], out: 'y' }], outputs: ['y'], opset: 6 });
  expect(() => raiseOpset(model, { name: 'old.onnx', atLeast: 19, ranks: new Map() })).toThrow(
    /old\.onnx uses opset 6/,
  );
});
