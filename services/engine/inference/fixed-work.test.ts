import { expect, test } from 'vitest';
import { makeInt } from '#engine/formats/onnx/attribute.ts';
import { smallModel } from '#engine/graph/small-graph.fixture.ts';
import { doesFixedWork } from './fixed-work.ts';

const nodes = [
  { node: { op: 'Softmax', in: ['x'] }, fixed: true },
  { node: { op: 'Dropout', in: ['x', 'ratio'] }, fixed: true },
  { node: { op: 'Dropout', in: ['x', 'ratio', 'training'] }, fixed: false },
  { node: { op: 'BatchNormalization', in: ['x'], attributes: [makeInt('training_mode', 1)] }, fixed: false },
  { node: { op: 'NonZero', in: ['x'] }, fixed: false },
  { node: { op: 'DynamicQuantizeLinear', in: ['x'] }, fixed: false },
  { node: { op: 'DynamicQuantizeMatMul', in: ['x', 'w'] }, fixed: false },
];

test.each(nodes)('a graph with $node.op of $node.in does fixed work: $fixed', ({ node, fixed }) => {
  const { graph } = smallModel({ nodes: [{ ...node, out: 'y' }], outputs: ['y'] });
  expect(doesFixedWork(graph, 'fastest')).toBe(fixed);
  expect(doesFixedWork({ nodes: graph.nodes.map((one) => ({ ...one, domain: 'mine' })) }, 'fastest')).toBe(false);
});

test('what is approximated is fixed but for its last bit', () => {
  const { graph } = smallModel({ nodes: [{ op: 'Erf', in: ['x'], out: 'y' }], outputs: ['y'] });
  expect([doesFixedWork(graph, 'fastest'), doesFixedWork(graph, 'as written')]).toEqual([true, false]);
});
