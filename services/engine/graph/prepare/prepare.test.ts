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
  expect(standardOpset(raiseOpset(model, 'm', new Map()))).toBe(21);
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
  const raised = raiseOpset(model, 'm', new Map());
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
  { axis: 1, rank: 2, refused: false },
  { axis: -1, rank: 4, refused: false },
  { axis: 1, rank: 4, refused: true },
])('a Softmax of opset 11 over axis $axis of $rank dimensions: refused $refused', ({ axis, rank, refused }) => {
  const model = smallModel({
    nodes: [{ op: 'Softmax', in: ['x'], out: 'y', attributes: [makeInt('axis', axis)] }],
    outputs: ['y'],
    opset: 11,
  });
  const raise = () => raiseOpset(model, 'model.onnx', new Map([['x', rank]]));
  if (refused) expect(raise).toThrow(/Softmax_y of model\.onnx cannot be brought from opset 11 to 19/);
  else expect(intAttribute(raise().graph.nodes[0] ?? expect.fail(), 'axis', 9)).toBe(-1);
});

test('opsets that write operators in other words are refused with a remedy', () => {
  const model = smallModel({ nodes: [{ op: 'Relu', in: ['x'], out: 'y' }], outputs: ['y'], opset: 9 });
  expect(() => raiseOpset(model, 'old.onnx', new Map())).toThrow(InputError);
});
