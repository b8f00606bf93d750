import { expect, test } from 'vitest';
import { insertQdq } from '../insert/insert-qdq.ts';
import { smallModel } from '../small-graph.fixture.ts';
import { keepFloatInputs } from './keep-float-inputs.ts';

const { graph } = smallModel({
  nodes: [
    { op: 'Relu', in: ['x'], out: 'a' },
    { op: 'Relu', name: 'quantized', in: ['a'], out: 'b' },
    { op: 'Magic', name: 'kept', in: ['a', 'x'], out: 'm' },
  ],
  outputs: ['b', 'm', 'a'],
});
const scale = (tensor: string) => ({ tensor, scales: Float32Array.of(1), axis: null, dtype: 'float32' as const });
const inputsOf = (placed: typeof graph, name: string) => placed.nodes.find((node) => node.name === name)?.inputs;
const isKept = ({ name }: { readonly name: string }) => name === 'kept';

test('a kept node reads in float what others read quantized, an output of the graph too', () => {
  const placed = insertQdq(graph, [scale('a'), scale('x')]);
  const restored = keepFloatInputs(placed, { original: graph, isKept });
  expect(inputsOf(placed, 'kept')).toEqual(['a', 'x_DequantizeLinear_Output']);
  expect(inputsOf(restored, 'kept')).toEqual(['a_QuantizeLinear_Input', 'x']);
  expect(inputsOf(restored, 'quantized')).toEqual(['a']);
});

test('pairs that the graph came with are its own', () => {
  const placed = insertQdq(graph, [scale('a'), scale('x')]);
  expect(keepFloatInputs(placed, { original: placed, isKept })).toEqual(placed);
});
