import { expect, test } from 'vitest';
import { findAttribute, makeInt } from '#engine/formats/onnx/attribute.ts';
import { dataTypes } from '#engine/formats/onnx/data-type.ts';
import { decodeTensor } from '#engine/formats/onnx/decode.ts';
import type { OnnxAttribute, OnnxModel, OnnxTensor } from '#engine/formats/onnx/model.ts';
import { makeTensor } from '#engine/formats/onnx/tensor.ts';
import { smallModel } from '../small-graph.fixture.ts';
import { floatsOf } from './convert-tensor.ts';
import type { HalfOptions } from './float-types.ts';
import { toHalf } from './to-half.ts';

const to = (dtype: 'float32' | 'float16' | 'int64') => [makeInt('to', dataTypes[dtype])];

function half(model: OnnxModel, options: Partial<HalfOptions> = {}): OnnxModel {
  const rest = { dtype: 'float16', keptOps: new Set<string>(), directIo: false, compat: null } as const;
  return toHalf(model, { ...rest, typeOf: () => 'float32', ...options });
}

/** `op: inputs → outputs`, with the type that a Cast makes. */
function lines({ graph }: OnnxModel): string[] {
  return graph.nodes.map((node) => {
    const type = Object.entries(dataTypes).find(([, number]) => Number(findAttribute(node, 'to')?.i ?? 0) === number);
    return `${node.op}${type ? ` ${type[0]}` : ''}: ${node.inputs.join(' ')} → ${node.outputs.join(' ')}`;
  });
}

function initializer(model: OnnxModel, name: string): OnnxTensor | undefined {
  return model.graph.initializers.find((tensor) => tensor.name === name);
}

function floats(name: string, values: readonly number[]): OnnxTensor {
  return makeTensor(
    { name, dtype: 'float32', shape: [values.length] },
    new Uint8Array(Float32Array.from(values).buffer),
  );
}

test('inputs and outputs keep their type, and an output that others read too is read before its Cast', () => {
  const model = smallModel({
    nodes: [
      { op: 'Relu', in: ['x'], out: 'y' },
      { op: 'Sigmoid', in: ['y'], out: 'z' },
    ],
    outputs: ['y', 'z'],
  });
  expect(lines(half(model))).toEqual([
    'Cast float16: x → x_cast_to_fp16',
    'Relu: x_cast_to_fp16 → y_pre_cast',
    'Cast float32: y_pre_cast → y',
    'Sigmoid: y_pre_cast → z_pre_cast',
    'Cast float32: z_pre_cast → z',
  ]);
  const casts = half(model).graph.nodes.filter(({ op }) => op === 'Cast');
  expect(casts.map(({ name }) => name)).toEqual(['x_cast_to_fp16', 'y_cast_to_fp32', 'z_cast_to_fp32']);
  const direct = half(model, { directIo: true });
  expect(lines(direct)).toEqual(['Relu: x → y', 'Sigmoid: y → z']);
  expect([...direct.graph.inputs, ...direct.graph.outputs].map(({ dtype }) => dtype)).toEqual(Array(3).fill('float16'));
});

test('operators that are kept, and those without float16, compute in float32 with float32 weights', () => {
  const model = smallModel({
    nodes: [
      { op: 'Mul', in: ['x', 'w'], out: 'a' },
      { op: 'Add', in: ['a', 'w'], out: 'b' },
      { op: 'Celu', in: ['b'], out: 'y' },
    ],
    weights: { w: [1] },
    outputs: ['y'],
  });
  const result = half(model, { keptOps: new Set(['Add']) });
  expect(lines(result)).toEqual([
    'Cast float16: x → x_cast_to_fp16',
    'Mul: x_cast_to_fp16 w_1 → a',
    'Cast float32: a → a_cast_to_fp32',
    'Add: a_cast_to_fp32 w_2 → b',
    'Celu: b → y',
  ]);
  expect(['w_1', 'w_2'].map((name) => initializer(result, name)?.dtype)).toEqual(['float16', 'float32']);
});

test('scales of a Resize stay float32', () => {
  const node = { op: 'Resize', in: ['x', '', 'scales'], out: 'y' };
  const result = half(smallModel({ nodes: [node], weights: { scales: [4] }, outputs: ['y'] }));
  expect(initializer(result, 'scales')?.dtype).toBe('float32');
});

test('values beyond float16 are clamped and small ones do not vanish; ModelOpt loses the sign of the small', () => {
  const model = smallModel({ nodes: [{ op: 'Add', in: ['x', 'w'], out: 'y' }], outputs: ['y'] });
  const values = [1e9, Number.NEGATIVE_INFINITY, 1e-9, -1e-9, 0, -0, Number.NaN, 0.1];
  const withWeight = { ...model, graph: { ...model.graph, initializers: [floats('w', values)] } };
  const converted = (compat: HalfOptions['compat']) => {
    const weight = initializer(half(withWeight, { compat }), 'w');
    return weight && [...floatsOf(weight)];
  };
  const tiny = 2 ** -24;
  expect(converted(null)).toEqual([65504, -65504, tiny, -tiny, 0, -0, Number.NaN, 0.0999755859375]);
  expect(converted('modelopt-0.47')).toEqual([65504, -65504, tiny, tiny, 0, -0, Number.NaN, 0.0999755859375]);
});

test('Casts between floating-point types go, whatever they were for', () => {
  const model = smallModel({
    nodes: [
      { op: 'Relu', in: ['x'], out: 'a' },
      { op: 'Cast', in: ['a'], out: 'b', attributes: to('float16') },
      { op: 'Cast', in: ['b'], out: 'c', attributes: to('float32') },
      { op: 'Sigmoid', in: ['c'], out: 'y' },
    ],
    outputs: ['y'],
  });
  expect(lines(half(model, { typeOf: (tensor) => (tensor === 'b' ? 'float16' : 'float32') }))).toEqual([
    'Cast float16: x → x_cast_to_fp16',
    'Relu: x_cast_to_fp16 → a',
    'Sigmoid: a → y_pre_cast',
    'Cast float32: y_pre_cast → y',
  ]);
});

test('a Cast to integers reads the float as it comes, unless ModelOpt is to be reproduced', () => {
  const model = smallModel({
    nodes: [
      { op: 'Cast', in: ['x'], out: 'ids', attributes: to('int64') },
      { op: 'Cast', in: ['ids'], out: 'a', attributes: to('float32') },
      { op: 'Relu', in: ['a'], out: 'y' },
    ],
    outputs: ['y'],
  });
  const typeOf = (tensor: string) => (tensor === 'ids' ? 'int64' : 'float32');
  expect(lines(half(model, { typeOf }))).toEqual([
    'Cast int64: x → ids',
    'Cast float16: ids → a',
    'Relu: a → y_pre_cast',
    'Cast float32: y_pre_cast → y',
  ]);
  expect(lines(half(model, { typeOf, compat: 'modelopt-0.47' })).slice(0, 2)).toEqual([
    'Cast float16: x → x_cast_to_fp16',
    'Cast int64: x_cast_to_fp16 → ids',
  ]);
});

test('constants in nodes are converted where they stand', () => {
  const value = (values: readonly number[]): OnnxAttribute[] => [
    { name: 'value', type: 4, t: floats('', values).proto },
  ];
  const model = smallModel({
    nodes: [
      { op: 'Constant', in: [], out: 'c', attributes: value([1e9]) },
      { op: 'Constant', in: [], out: 'd', attributes: [{ name: 'value_float', type: 1, f: 0.5 }] },
      { op: 'Shape', in: ['x'], out: 's' },
      { op: 'ConstantOfShape', in: ['s'], out: 'k' },
      { op: 'Sum', in: ['x', 'c', 'd', 'k'], out: 'y' },
    ],
    outputs: ['y'],
  });
  const held = (compat: HalfOptions['compat']) =>
    half(model, { compat, typeOf: (tensor) => (tensor === 's' ? 'int64' : 'float32') }).graph.nodes.flatMap((node) => {
      const t = findAttribute(node, 'value')?.t;
      return t ? [[node.op, decodeTensor(t).dtype, ...floatsOf(decodeTensor(t))]] : [];
    });
  expect(held(null)).toEqual([
    ['Constant', 'float16', 65504],
    ['Constant', 'float16', 0.5],
    ['ConstantOfShape', 'float16', 0],
  ]);
  expect(held('modelopt-0.47')[0]).toEqual(['Constant', 'float16', Number.POSITIVE_INFINITY]);
});

test('the body of an If keeps its types: what it reads from outside is cast before it', () => {
  const node = { name: 'in', opType: 'Mul', input: ['h', 'w'], output: ['o'], attribute: [] };
  const branch = { name: 'then_branch', type: 5, g: { name: 'b', node: [node], output: [{ name: 'o' }] } };
  const model = smallModel({
    nodes: [
      { op: 'Mul', in: ['x', 'w'], out: 'h' },
      { op: 'If', in: ['c'], out: 'i', attributes: [branch] },
      { op: 'Relu', in: ['i'], out: 'y' },
    ],
    weights: { w: [1] },
    outputs: ['y'],
  });
  const result = half(model, { typeOf: (tensor) => (tensor === 'c' ? 'bool' : 'float32') });
  expect(lines(result)).toEqual([
    'Cast float16: x → x_cast_to_fp16',
    'Mul: x_cast_to_fp16 w_fp16 → h',
    'Cast float32: h → h_cast_to_fp32',
    'If: c → i',
    'Cast float16: i → i_cast_to_fp16',
    'Relu: i_cast_to_fp16 → y_pre_cast',
    'Cast float32: y_pre_cast → y',
  ]);
  const inner = result.graph.nodes.find(({ op }) => op === 'If')?.attributes[0]?.g?.node?.[0];
  expect(inner?.input).toEqual(['h_cast_to_fp32', 'w']);
  expect(['w', 'w_fp16'].map((name) => initializer(result, name)?.dtype)).toEqual(['float32', 'float16']);
});

test('operators of other domains keep the types that they have', () => {
  const model = smallModel({
    nodes: [
      { op: 'Relu', in: ['x'], out: 'a' },
      { op: 'Gelu', name: 'ours', in: ['a'], out: 'y' },
    ],
    outputs: ['y'],
  });
  const nodes = model.graph.nodes.map((node) => (node.op === 'Gelu' ? { ...node, domain: 'com.microsoft' } : node));
  expect(lines(half({ ...model, graph: { ...model.graph, nodes } })).slice(2)).toEqual([
    'Cast float32: a → a_cast_to_fp32',
    'Gelu: a_cast_to_fp32 → y',
  ]);
});

test('what a sequence holds keeps its type, which another node says', () => {
  const model = smallModel({
    nodes: [
      { op: 'Relu', in: ['x'], out: 'a' },
      { op: 'SequenceConstruct', in: ['a', 'a'], out: 's' },
      { op: 'ConcatFromSequence', in: ['s'], out: 'b' },
      { op: 'Sigmoid', in: ['b'], out: 'y' },
    ],
    outputs: ['y'],
  });
  const converted = half(model, { typeOf: (tensor) => (tensor === 's' ? null : 'float32') });
  expect(lines(converted)).toEqual([
    'Cast float16: x → x_cast_to_fp16',
    'Relu: x_cast_to_fp16 → a',
    'Cast float32: a → a_cast_to_fp32',
    'SequenceConstruct: a_cast_to_fp32 a_cast_to_fp32 → s',
    'ConcatFromSequence: s → b',
    'Cast float16: b → b_cast_to_fp16',
    'Sigmoid: b_cast_to_fp16 → y_pre_cast',
    'Cast float32: y_pre_cast → y',
  ]);
});
