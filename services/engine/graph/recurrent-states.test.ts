import { describe, expect, test } from 'vitest';
import { makeInt } from '#engine/formats/onnx/attribute.ts';
import type { OnnxAttribute } from '#engine/formats/onnx/model.ts';
import { withRecurrentStates } from './recurrent-states.ts';
import { smallModel } from './small-graph.fixture.ts';

const text = (value: string) => new TextEncoder().encode(value);
const bidirectional: OnnxAttribute = { name: 'direction', type: 3, s: text('bidirectional') };

/** A layer with two inputs and three hidden values, without states at the start. */
function layer(op: 'LSTM' | 'GRU' | 'RNN', directions: 1 | 2, attributes: readonly OnnxAttribute[] = []) {
  const rows = { LSTM: 12, GRU: 9, RNN: 3 }[op];
  return smallModel({
    inputs: { x: ['t', 'n', 2] },
    weights: { w: [directions, rows, 2], r: [directions, rows, 3] },
    nodes: [
      {
        op,
        in: ['x', 'w', 'r'],
        out: 'y',
        attributes: [makeInt('hidden_size', 3), ...(directions === 2 ? [bidirectional] : []), ...attributes],
      },
    ],
    outputs: ['y'],
  });
}

describe.each([
  ['LSTM', 1, [3]],
  ['LSTM', 2, [3, 3]],
  ['GRU', 2, [2, 2]],
  ['RNN', 1, [2]],
] as const)('%s in %i directions', (op, directions, tensors) => {
  test('is followed once a direction, behind its node and under names of its own', () => {
    const model = layer(op, directions);
    const { model: followed, inputs } = withRecurrentStates(model, [0, 0]);
    expect(inputs.map((one) => one.tensors.length)).toEqual(tensors);
    expect(inputs.map((one) => one.direction)).toEqual(['forward', 'reverse'].slice(0, directions));
    const scans = followed.graph.nodes.filter((node) => node.op === 'Scan');
    expect(scans).toHaveLength(directions);
    expect(followed.graph.nodes[0]).toEqual(model.graph.nodes[0]);
    const made = followed.graph.nodes.flatMap(({ outputs }) => outputs);
    expect(new Set(made).size).toBe(made.length);
    for (const tensor of inputs.flatMap((one) => one.tensors)) expect(made).toContain(tensor);
  });
});

test('a step takes the half of lists that are for both directions', () => {
  const activations = { name: 'activations', type: 8, strings: ['Relu', 'Tanh'].map(text) };
  const { model } = withRecurrentStates(layer('RNN', 2, [activations]), [0]);
  const steps = model.graph.nodes.flatMap(({ attributes }) => attributes.flatMap(({ g }) => g?.node ?? []));
  const chosen = steps
    .filter(({ opType }) => opType === 'RNN')
    .map(({ attribute }) => {
      return attribute
        ?.find(({ name }) => name === 'activations')
        ?.strings?.map((value) => new TextDecoder().decode(value));
    });
  expect(chosen).toEqual([['Relu'], ['Tanh']]);
});
