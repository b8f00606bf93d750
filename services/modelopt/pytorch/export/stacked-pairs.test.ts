import { expect, test } from 'vitest';
import { answersOf, largestDifference } from './parity-answers.fixture.ts';
import { exportParity } from './parity-export.fixture.ts';

const isInput = (name: string) => name.endsWith('input_quantizer');

test.each([
  ['rows of one direction, gates in ONNX’s order', 'int8wo', 'lstm', [1]],
  ['two directions with a scale each', 'tao-int8', 'gru', [0]],
] as const)(
  'weights that the graph stacks are rounded as those that it stores one by one: %s',
  async (_, given, of, axes) => {
    const isLeft = (name: string) => isInput(name) || !name.startsWith(of);
    const [apart, stacked] = await Promise.all([
      exportParity('rnn', { given, kind: 'plain', isLeft }),
      exportParity('rnn', { given, kind: 'folded', isLeft }),
    ]);
    expect(stacked.left).toEqual([]);
    const pairs = stacked.model.graph.nodes.filter(({ op }) => op === 'QuantizeLinear');
    expect(new Set(pairs.map(({ attributes }) => Number(attributes[0]?.i)))).toEqual(new Set(axes));
    const float = await answersOf(stacked.companion.graph, 'rnn');
    const [a, b] = [await answersOf(apart.model, 'rnn'), await answersOf(stacked.model, 'rnn')];
    expect(largestDifference(a, b)).toBeLessThan(1e-6);
    expect(largestDifference(float, b)).toBeGreaterThan(1e-3);
  },
);

test('two directions with scales by row stay float, and it is said', async () => {
  const { left, model } = await exportParity('rnn', { given: 'int8wo', kind: 'folded' });
  expect(left.map(({ name }) => name)).toEqual([
    'gru.weight_ih_l0_weight_quantizer',
    'gru.weight_ih_l0_reverse_weight_quantizer',
    'gru.weight_hh_l0_weight_quantizer',
    'gru.weight_hh_l0_reverse_weight_quantizer',
  ]);
  const read = model.graph.nodes.flatMap(({ op, inputs }) => (op === 'QuantizeLinear' ? [inputs[1]] : []));
  expect(read.filter((scale) => scale?.startsWith('gru'))).toEqual([]);
});
