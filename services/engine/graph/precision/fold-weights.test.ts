import { expect, test } from 'vitest';
import type { OnnxModel, OnnxTensor } from '#engine/formats/onnx/model.ts';
import { makeLazyTensor, makeTensor, tensorBytes } from '#engine/formats/onnx/tensor.ts';
import { insertQdq } from '../insert/insert-qdq.ts';
import { smallModel } from '../small-graph.fixture.ts';
import { foldWeights } from './fold-weights.ts';
import { quantizedInputs } from './quantized-inputs.ts';

/** One product of `x` and a quantized weight [2, 3]. */
function product(op: string, { axis, scales, weight }: { axis: number | null; scales: number[]; weight?: OnnxTensor }) {
  const model = smallModel({ nodes: [{ op, in: ['x', 'w'], out: 'y' }], weights: { w: [2, 3] }, outputs: ['y'] });
  const initializers = weight ? [weight] : model.graph.initializers;
  const scale = { tensor: 'w', axis, scales: Float32Array.from(scales), dtype: 'float32' } as const;
  return { ...model, graph: insertQdq({ ...model.graph, initializers }, [scale]) };
}

function stored(model: OnnxModel): Int8Array | null {
  const weight = model.graph.initializers.find(({ name }) => name === 'w');
  return weight?.dtype === 'int8' ? new Int8Array(tensorBytes(weight)) : null;
}

test('a weight is stored as integers, each element by the scale of its channel', () => {
  const folded = foldWeights(product('MatMul', { axis: 1, scales: [0.5, 1, 0.25] }));
  // The weight is [[0.5, −1, 1.5], [−2, 2.5, −3]]; 2.5 is halfway and becomes the even 2.
  expect(stored(folded)).toEqual(Int8Array.of(1, -1, 6, -4, 2, -12));
  expect(folded.graph.nodes.map((node) => [node.op, node.inputs[0]])).toEqual([
    ['MatMul', 'x'],
    ['DequantizeLinear', 'w'],
  ]);
});

test('one scale for all of a weight does as well, and saturates at both ends', () => {
  expect(stored(foldWeights(product('MatMul', { axis: null, scales: [0.01] })))).toEqual(
    Int8Array.of(50, -100, 127, -128, 127, -128),
  );
});

test('what other operators read keeps its QuantizeLinear', () => {
  const model = product('Add', { axis: null, scales: [0.5] });
  expect(foldWeights(model).graph).toEqual(model.graph);
});

test('a weight in a file is folded when its bytes are read, wherever they are cut', () => {
  const whole = product('MatMul', { axis: 1, scales: [0.5, 1, 0.25] });
  const [tensor] = whole.graph.initializers;
  const bytes = Uint8Array.from(
    tensorBytes(tensor ?? makeTensor({ name: '', dtype: 'int8', shape: [] }, new Uint8Array(1))),
  );
  const read = (offset: number, length: number) => bytes.slice(offset, offset + length);
  const weight = makeLazyTensor(
    { name: 'w', dtype: 'float32', shape: [2, 3] },
    { length: bytes.length, file: null, read },
  );
  const folded = foldWeights(product('MatMul', { axis: 1, scales: [0.5, 1, 0.25], weight }));
  const source = folded.graph.initializers.find(({ name }) => name === 'w')?.source;
  const parts = [source?.read(0, 1), source?.read(1, 4), source?.read(5, 1)].flatMap((part) => [...(part ?? [])]);
  expect(Int8Array.from(parts)).toEqual(stored(foldWeights(whole)));
});

test('an input that only a QuantizeLinear reads becomes int8; one that is also read in float stays', () => {
  const scale = { tensor: 'x', axis: null, scales: Float32Array.of(0.5), dtype: 'float32' } as const;
  const model = smallModel({ nodes: [{ op: 'Relu', in: ['x'], out: 'y' }], outputs: ['y'] });
  const quantized = { ...model, graph: insertQdq(model.graph, [scale]) };
  const direct = quantizedInputs(quantized);
  expect(direct.graph.inputs.map(({ dtype }) => dtype)).toEqual(['int8']);
  expect(direct.graph.nodes.map((node) => [node.op, node.inputs[0]])).toEqual([
    ['Relu', 'x_DequantizeLinear_Output'],
    ['DequantizeLinear', 'x'],
  ]);

  const [relu] = model.graph.nodes;
  const both = relu ? [...quantized.graph.nodes, { ...relu, outputs: ['z'] }] : [];
  const mixed = { ...quantized, graph: { ...quantized.graph, nodes: both } };
  expect(quantizedInputs(mixed).graph).toEqual(mixed.graph);
});

/** The model with an If whose branch gives out `tensor`, which it takes from around it. */
function withCapture(model: OnnxModel, tensor: string): OnnxModel {
  const g = {
    name: 'then',
    node: [{ opType: 'Identity', input: [tensor], output: ['inner'] }],
    output: [{ name: 'inner' }],
  };
  const attributes = [{ name: 'then_branch', type: 5, g }];
  const node = { name: 'if', op: 'If', domain: '', inputs: ['flag'], outputs: ['z'], attributes, rest: {} };
  return { ...model, graph: { ...model.graph, nodes: [...model.graph.nodes, node] } };
}

function withOutput(model: OnnxModel, name: string): OnnxModel {
  const outputs = [...model.graph.outputs, { name, dtype: null, shape: null, proto: { name } }];
  return { ...model, graph: { ...model.graph, outputs } };
}

const weightPair = () => product('MatMul', { axis: 1, scales: [0.5, 1, 0.25] });

test.each([
  { what: 'the body of an If', read: withCapture },
  { what: 'an output of the graph', read: withOutput },
])('a weight that $what reads too stays float under its name, beside the stored integers', ({ read }) => {
  const { graph } = foldWeights(read(weightPair(), 'w'));
  expect(graph.initializers.map(({ name, dtype }) => [name, dtype])).toEqual(
    expect.arrayContaining([
      ['w', 'float32'],
      ['w_quantized', 'int8'],
    ]),
  );
  expect(graph.nodes.find(({ op }) => op === 'DequantizeLinear')?.inputs[0]).toBe('w_quantized');
});

test.each([
  { what: 'the body of an If', read: withCapture },
  { what: 'an output of the graph', read: withOutput },
])('a quantized weight that $what reads keeps its QuantizeLinear; a dequantized one is still made', ({ read }) => {
  const quantized = read(weightPair(), 'w_QuantizeLinear_Output');
  expect(foldWeights(quantized).graph).toEqual(quantized.graph);
  const { graph } = foldWeights(read(weightPair(), 'w_DequantizeLinear_Output'));
  expect(
    graph.nodes.filter(({ op }) => /Linear$/.test(op)).map(({ op, inputs, outputs }) => [op, inputs[0], ...outputs]),
  ).toEqual([['DequantizeLinear', 'w', 'w_DequantizeLinear_Output']]);
});

test.each([
  { tensor: 'x', read: withCapture },
  { tensor: 'x_QuantizeLinear_Output', read: withCapture },
  { tensor: 'x', read: withOutput },
  { tensor: 'x_QuantizeLinear_Output', read: withOutput },
])('an input stays float where $tensor is read by $read.name as well', ({ tensor, read }) => {
  const scale = { tensor: 'x', axis: null, scales: Float32Array.of(0.5), dtype: 'float32' } as const;
  const model = smallModel({ nodes: [{ op: 'Relu', in: ['x'], out: 'y' }], outputs: ['y'] });
  const quantized = read({ ...model, graph: insertQdq(model.graph, [scale]) }, tensor);
  expect(quantizedInputs(quantized).graph).toEqual(quantized.graph);
});
