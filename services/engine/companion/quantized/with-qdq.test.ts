import { expect, test } from 'vitest';
import { tensorFloats } from '../../formats/onnx/tensor.ts';
import { smallModel } from '../../graph/small-graph.fixture.ts';
import { loadOnce } from '../../inference/load-once.ts';
import { type QdqPair, withQdq } from './with-qdq.ts';

/** Two products with the same input, added to it: a residual. */
const model = smallModel({
  inputs: { x: ['batch', 4] },
  outputs: ['y'],
  weights: { a: [4, 4], b: [4, 4] },
  nodes: [
    { op: 'MatMul', in: ['x', 'a'], out: 'first' },
    { op: 'MatMul', in: ['x', 'b'], out: 'second' },
    { op: 'Sum', in: ['first', 'second', 'x'], out: 'y' },
  ],
});

function pair(name: string, node: number, scale: number): QdqPair {
  const scales = Float32Array.of(scale);
  return { name, tensor: 'x', reads: [{ node, input: 0 }], format: 'int8', scales, axis: null, preScale: null };
}

const opsOf = ({ graph }: ReturnType<typeof withQdq>) => graph.nodes.map(({ op }) => op);
const inputsOf = ({ graph }: ReturnType<typeof withQdq>) =>
  graph.nodes.flatMap(({ op, inputs }) => (op === 'MatMul' || op === 'Sum' ? [inputs] : []));

test('only the reads that it names go through a pair, which has the name of its quantizer', async () => {
  const made = withQdq(model, [pair('second.input_quantizer', 1, 0.5)]);
  expect(inputsOf(made)).toEqual([
    ['x', 'a'],
    ['second.input_quantizer/DequantizeLinear', 'b'],
    ['first', 'second', 'x'],
  ]);
  expect(opsOf(made)).toEqual(['MatMul', 'QuantizeLinear', 'DequantizeLinear', 'MatMul', 'Sum']);
  await loadOnce(made, 'the graph');
});

test('pairs that do the same to one tensor are one, in front of the first reader; others stay apart', async () => {
  const [second, first, other] = [pair('second', 1, 0.5), pair('first', 0, 0.5), pair('first', 0, 0.25)];
  const shared = withQdq(model, [second, first]);
  expect(opsOf(shared)).toEqual(['QuantizeLinear', 'DequantizeLinear', 'MatMul', 'MatMul', 'Sum']);
  const apart = withQdq(model, [second, other]);
  expect(opsOf(apart).filter((op) => op === 'QuantizeLinear')).toHaveLength(2);
  await loadOnce(shared, 'the graph');
});

test('a second pair of one quantizer gets a number', () => {
  const again = { ...pair('shared', 1, 0.5), tensor: 'first', reads: [{ node: 2, input: 0 }] };
  const { graph } = withQdq(model, [pair('shared', 0, 0.5), again]);
  const names = graph.nodes.map(({ name }) => name).filter((name) => name.startsWith('shared/Q'));
  expect(names).toEqual(['shared/QuantizeLinear', 'shared/QuantizeLinear_1']);
});

test.each([
  ['int8', 'int8'],
  ['fp8_e4m3fn', 'float8_e4m3fn'],
] as const)('a weight has %s zero points as many as scales, and its axis', async (format, dtype) => {
  const scales = Float32Array.of(1, 2, 3, 4);
  const weight: QdqPair = {
    name: 'w',
    tensor: 'a',
    reads: [{ node: 0, input: 1 }],
    format,
    scales,
    axis: 1,
    preScale: null,
  };
  const made = withQdq(model, [weight]);
  const constants = made.graph.initializers;
  expect(constants.find(({ name }) => name === 'w/zero_point')).toMatchObject({ dtype, shape: [4] });
  expect(constants.filter(({ name }) => name === 'w/scale').map(tensorFloats)).toEqual([scales]);
  const axes = made.graph.nodes.flatMap(({ attributes }) => attributes.map(({ name, i }) => [name, Number(i)]));
  expect(axes).toEqual([
    ['axis', 1],
    ['axis', 1],
  ]);
  await loadOnce(made, 'the graph');
});

test('a smoothed tensor is multiplied before it is rounded', async () => {
  const made = withQdq(model, [{ ...pair('first', 0, 0.5), preScale: Float32Array.of(1, 2, 3, 4) }]);
  expect(opsOf(made).slice(0, 4)).toEqual(['Mul', 'QuantizeLinear', 'DequantizeLinear', 'MatMul']);
  await loadOnce(made, 'the graph');
});
