import { expect, test } from 'vitest';
import { findAttribute, intAttribute, makeInt } from '#engine/formats/onnx/attribute.ts';
import { smallModel } from '../small-graph.fixture.ts';
import { viewGraph } from '../view.ts';
import { concatGroups } from './concat-groups.ts';
import { insertQdq } from './insert-qdq.ts';
import { quantizedTensors } from './quantized-tensors.ts';
import { removeUnused } from './remove-unused.ts';
import { restoreFloatEdges } from './restore-float-edges.ts';

const { graph } = smallModel({
  weights: { w: [2, 3, 1, 1], b: [2] },
  nodes: [
    { op: 'Relu', in: ['x'], out: 'r' },
    { op: 'Conv', in: ['r', 'w', 'b'], out: 'c' },
    { op: 'Add', in: ['c', 'r'], out: 'y' },
  ],
  outputs: ['y', 'r'],
});
const scales = [
  { tensor: 'c', axis: null, dtype: 'float32', scales: Float32Array.of(0.5) },
  { tensor: 'r', axis: null, dtype: 'float32', scales: Float32Array.of(0.25) },
  { tensor: 'w', axis: 0, dtype: 'float32', scales: Float32Array.of(0.1, 0.2) },
] as const;
const inserted = insertQdq(graph, scales);
const node = (name: string) => inserted.nodes.find((one) => one.name === name) ?? expect.fail(`no node ${name}`);

test('names are those of ONNX Runtime, and all readers of the tensor read the pair', () => {
  expect(node('c_QuantizeLinear')).toMatchObject({
    inputs: ['c', 'c_scale', 'c_zero_point'],
    outputs: ['c_QuantizeLinear_Output'],
  });
  expect(node('c_DequantizeLinear').outputs).toEqual(['c_DequantizeLinear_Output']);
  expect(node('Conv_c').inputs).toEqual(['r', 'w_DequantizeLinear_Output', 'b']);
});

test('a name that the graph has already gets a number, and what had it keeps it', () => {
  const { graph: taken } = smallModel({
    weights: { c_scale: [1] },
    nodes: [{ op: 'Mul', in: ['x', 'c_scale'], out: 'c' }],
    outputs: ['c'],
  });
  const { nodes, initializers } = insertQdq(taken, scales.slice(0, 1));
  expect(initializers.map(({ name }) => name)).toEqual(['c_scale', 'c_zero_point', 'c_scale_1']);
  expect(nodes.map(({ inputs }) => inputs[1])).toEqual(['c_scale', 'c_scale_1', 'c_scale_1']);
});

test('a graph output keeps its name, behind the pair', () => {
  expect(node('Relu_r').outputs).toEqual(['r_QuantizeLinear_Input']);
  expect(node('r_DequantizeLinear').outputs).toEqual(['r']);
});

test('only channels have an axis, and zero points are int8 zeros of the scale’s shape', () => {
  expect(findAttribute(node('c_QuantizeLinear'), 'axis')).toBeUndefined();
  expect(intAttribute(node('w_DequantizeLinear'), 'axis', -9)).toBe(0);
  const made = inserted.initializers.filter(({ name }) => /_scale|_zero_point/.test(name));
  expect(made.map(({ name, dtype, shape }) => ({ name, dtype, shape }))).toEqual([
    { name: 'c_zero_point', dtype: 'int8', shape: [] },
    { name: 'c_scale', dtype: 'float32', shape: [] },
    { name: 'r_zero_point', dtype: 'int8', shape: [] },
    { name: 'r_scale', dtype: 'float32', shape: [] },
    { name: 'w_zero_point', dtype: 'int8', shape: [2] },
    { name: 'w_scale', dtype: 'float32', shape: [2] },
  ]);
});

test('an edge that stays float loses the pair, and a pair without readers goes', () => {
  const view = viewGraph(graph);
  const edge = {
    source: view.producer('c') ?? expect.fail(),
    target: view.producer('y') ?? expect.fail(),
    tensor: 'c',
  };
  const restored = removeUnused(restoreFloatEdges(inserted, [edge]));
  expect(restored.nodes.find(({ op }) => op === 'Add')?.inputs).toEqual(['c', 'r']);
  expect(restored.nodes.filter(({ name }) => name.startsWith('c_'))).toEqual([]);
  expect(restored.initializers.map(({ name }) => name)).not.toContain('c_scale');
});

test.each([
  { op: 'Conv', shape: [8, 4, 3, 3], attributes: [], axis: 0 },
  { op: 'ConvTranspose', shape: [8, 4, 3, 3], attributes: [], axis: 1 },
  { op: 'Gemm', shape: [8, 4], attributes: [], axis: 1 },
  { op: 'Gemm', shape: [8, 4], attributes: [makeInt('transB', 1)], axis: 0 },
  { op: 'MatMul', shape: [8, 4], attributes: [], axis: 1 },
  { op: 'MatMul', shape: [2, 8, 4], attributes: [], axis: 1 },
  { op: 'MatMul', shape: [8], attributes: [], axis: null },
])('the channels of a $op weight $shape lie along axis $axis', ({ op, shape, attributes, axis }) => {
  const model = smallModel({
    weights: { v: shape, bias: [4] },
    nodes: [{ op, in: ['x', 'v', 'bias'], out: 'y', attributes, name: 'n' }],
    outputs: ['y'],
  });
  const tensors = quantizedTensors(viewGraph(model.graph), new Set(['n']), {
    isFloat: () => true,
    channels: { products: 'onnxruntime' },
  });
  expect(tensors.filter(({ tensor }) => tensor !== 'bias')).toEqual([
    { tensor: 'x', axis: null, weight: false },
    { tensor: 'v', axis, weight: true },
  ]);
});

test('integers and missing inputs are never quantized', () => {
  const model = smallModel({
    nodes: [
      { op: 'Resize', in: ['x', '', 's'], out: 'y', name: 'n' },
      { op: 'Add', in: ['i', 'y'], out: 'z', name: 'a' },
    ],
    outputs: ['z'],
  });
  const tensors = quantizedTensors(viewGraph(model.graph), new Set(['n', 'a']), {
    isFloat: (tensor) => tensor !== 'i',
    channels: { products: 'output' },
  });
  expect(tensors.map(({ tensor }) => tensor)).toEqual(['x', 'y']);
});

test('tensors that Concats join share one group', () => {
  const model = smallModel({
    nodes: [
      { op: 'Conv', in: ['x', 'w'], out: 'a' },
      { op: 'Concat', in: ['x', 'a'], out: 'b' },
      { op: 'Conv', in: ['b', 'w'], out: 'c' },
      { op: 'Concat', in: ['b', 'c'], out: 'd' },
      { op: 'Conv', in: ['d', 'w'], out: 'e' },
    ],
    outputs: ['e'],
  });
  const groups = concatGroups(viewGraph(model.graph), new Set(['Conv_a', 'Conv_c', 'Conv_e']));
  expect(groups.map((group) => [...group].sort())).toEqual([['b', 'd', 'x']]);
});

test.each([
  { products: 'onnxruntime', shape: [2, 8, 4], axis: 1 },
  { products: 'output', shape: [2, 8, 4], axis: 2 },
  { products: 'output', shape: [8, 4], axis: 1 },
  { products: 'output', shape: [8], axis: null },
] as const)('the second factor $shape of a MatMul has its channels along $axis ($products)', (row) => {
  const model = smallModel({
    weights: { v: row.shape },
    nodes: [{ op: 'MatMul', in: ['x', 'v'], out: 'y', name: 'n' }],
    outputs: ['y'],
  });
  const tensors = quantizedTensors(viewGraph(model.graph), new Set(['n']), { isFloat: () => true, channels: row });
  expect(tensors.find(({ tensor }) => tensor === 'v')?.axis).toBe(row.axis);
});

test('what Gather copies has the scale of what it copies from, and Where is quantized in its two branches', () => {
  const model = smallModel({
    inputs: { table: [1], rows: [1], mask: [1], other: [1] },
    nodes: [
      { op: 'Gather', in: ['table', 'rows'], out: 'g', name: 'n' },
      { op: 'Where', in: ['mask', 'g', 'other'], out: 'y', name: 'w' },
    ],
    outputs: ['y'],
  });
  const tensors = quantizedTensors(viewGraph(model.graph), new Set(['n', 'w']), {
    isFloat: (tensor) => tensor !== 'rows' && tensor !== 'mask',
    channels: { products: 'output' },
  });
  expect(tensors).toEqual([
    { tensor: 'table', axis: null, weight: false },
    { tensor: 'g', axis: null, weight: false, sameAs: 'table' },
    { tensor: 'other', axis: null, weight: false },
  ]);
});
