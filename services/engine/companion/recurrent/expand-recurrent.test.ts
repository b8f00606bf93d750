import { expect, test } from 'vitest';
import { makeInt } from '../../formats/onnx/attribute.ts';
import { onnx } from '../../formats/onnx/generated/messages.js';
import type { OnnxAttribute, OnnxModel, OnnxNode, OnnxPort, OnnxTensor } from '../../formats/onnx/model.ts';
import { makeTensor } from '../../formats/onnx/tensor.ts';
import { openSession } from '../../inference/session.ts';
import { floats } from '../../inference/tensor-value.ts';
import { expandRecurrent } from './expand-recurrent.ts';
import { recurrentGates } from './recurrent-gates.ts';

const [time, batch, features, hidden] = [5, 2, 3, 4];

const textOf = (name: string, ...values: string[]): OnnxAttribute => {
  const { STRING, STRINGS } = onnx.AttributeProto.AttributeType;
  const bytes = values.map((value) => new TextEncoder().encode(value));
  return name === 'direction'
    ? { name, type: STRING, s: bytes[0] ?? new Uint8Array() }
    : { name, type: STRINGS, strings: bytes };
};

/** Numbers that repeat on no machine and in no place. */
function weights(name: string, shape: readonly number[]): OnnxTensor {
  const length = shape.reduce((product, size) => product * size, 1);
  const values = Float32Array.from({ length }, (_, i) => 0.9 * Math.sin(1 + i * i * 0.7 + name.length));
  return makeTensor({ name, dtype: 'float32', shape }, new Uint8Array(values.buffer));
}

const port = (name: string, shape: readonly number[]): OnnxPort => ({
  name,
  dtype: 'float32',
  shape,
  proto: { name, type: { tensorType: { elemType: 1 } } },
});

type Case = {
  readonly op: 'LSTM' | 'GRU' | 'RNN';
  readonly directions: 1 | 2;
  readonly without?: 'bias' | 'state';
  readonly relu?: true;
  /** The functions are said, which are those that ONNX takes anyway. */
  readonly said?: readonly string[];
};

function layerOf({ op, directions, without, relu, said }: Case): { node: OnnxNode; initializers: OnnxTensor[] } {
  const rows = recurrentGates[op].length * hidden;
  const state = (name: string) => weights(name, [directions, batch, hidden]);
  const tensors = [
    weights('W', [directions, rows, features]),
    weights('R', [directions, rows, hidden]),
    ...(without === 'bias' ? [] : [weights('B', [directions, 2 * rows])]),
    ...(without === 'state' ? [] : [state('initial_h'), ...(op === 'LSTM' ? [state('initial_cc')] : [])]),
  ];
  const input = (name: string) => (tensors.some((tensor) => tensor.name === name) ? name : '');
  const attributes = [
    makeInt('hidden_size', hidden),
    textOf('direction', directions === 2 ? 'bidirectional' : 'forward'),
    ...(op === 'GRU' ? [makeInt('linear_before_reset', 1)] : []),
    ...(relu ? [textOf('activations', ...Array<string>(directions).fill('Relu'))] : []),
    ...(said ? [textOf('activations', ...said)] : []),
  ];
  const inputs = ['x', 'W', 'R', input('B'), '', input('initial_h'), ...(op === 'LSTM' ? [input('initial_cc')] : [])];
  const outputs = ['Y', 'Y_h', ...(op === 'LSTM' ? ['Y_c'] : [])];
  return { node: { name: 'layer', op, domain: '', inputs, outputs, attributes, rest: {} }, initializers: tensors };
}

async function run(nodes: readonly OnnxNode[], initializers: readonly OnnxTensor[], outputs: readonly string[]) {
  const model: OnnxModel = {
    irVersion: 8,
    opsets: [{ domain: '', version: 17 }],
    rest: {},
    graph: {
      name: 'g',
      nodes,
      initializers,
      inputs: [port('x', [time, batch, features])],
      outputs: outputs.map((name) => port(name, [])),
      valueInfo: [],
      rest: {},
    },
  };
  const session = await openSession(model, { device: 'cpu', name: 'the test' });
  const values = Float32Array.from({ length: time * batch * features }, (_, i) => 2 * Math.cos(i * 1.3));
  const x = { dtype: 'float32', shape: [time, batch, features], bytes: new Uint8Array(values.buffer) } as const;
  const results = await session.run(new Map([['x', x]]), outputs);
  await session.close();
  return outputs.map((name) => {
    const value = results.get(name);
    return { name, shape: value?.shape ?? [], values: value ? Float32Array.from(floats(value)) : new Float32Array() };
  });
}

test.each<Case>([
  { op: 'LSTM', directions: 1 },
  { op: 'LSTM', directions: 2 },
  { op: 'LSTM', directions: 1, without: 'state' },
  { op: 'GRU', directions: 1, without: 'bias' },
  { op: 'GRU', directions: 2 },
  { op: 'RNN', directions: 2, without: 'state' },
  { op: 'RNN', directions: 1, relu: true },
  { op: 'LSTM', directions: 1, said: ['Sigmoid', 'Tanh', 'Tanh'] },
  { op: 'GRU', directions: 2, said: ['Sigmoid', 'Tanh', 'Sigmoid', 'Tanh'] },
])('written out, $op in $directions direction(s) without $without computes what the node computes', async (given) => {
  const { node, initializers } = layerOf(given);
  const expanded = expandRecurrent(node, Array<null>(given.directions).fill(null), uniqueNames());
  expect(expanded?.nodes.some(({ op }) => op === given.op)).toBe(false);
  const expected = await run([node], initializers, node.outputs);
  const ours = await run(expanded?.nodes ?? [], [...initializers, ...(expanded?.constants ?? [])], node.outputs);
  for (const [i, { name, shape, values }] of expected.entries()) {
    expect([name, ours[i]?.shape]).toEqual([name, shape]);
    expect(Math.max(...values.map((value, at) => Math.abs(value - (ours[i]?.values[at] ?? Number.NaN))))).toBeLessThan(
      2e-6,
    );
  }
});

test.each([
  ['a GRU that resets before the product', { op: 'GRU', directions: 1 } as const, makeInt('linear_before_reset', 0)],
  ['coupled gates', { op: 'LSTM', directions: 1 } as const, makeInt('input_forget', 1)],
  ['functions of its own', { op: 'LSTM', directions: 1 } as const, textOf('activations', 'Sigmoid', 'Relu', 'Relu')],
  ['a leaky Relu', { op: 'RNN', directions: 1 } as const, textOf('activations', 'LeakyRelu')],
  ['no size', { op: 'RNN', directions: 1 } as const, makeInt('hidden_size', 0)],
  ['the batch first', { op: 'RNN', directions: 1 } as const, makeInt('layout', 1)],
])('%s is left as it is', (_, given, attribute) => {
  const { node } = layerOf(given);
  const attributes = [...node.attributes.filter(({ name }) => name !== attribute.name), attribute];
  expect(expandRecurrent({ ...node, attributes }, [null], uniqueNames())).toBeNull();
});

function uniqueNames(): (wish: string) => string {
  let count = 0;
  return (wish) => `${wish}_${count++}`;
}
