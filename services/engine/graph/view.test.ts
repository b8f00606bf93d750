import { expect, test } from 'vitest';
import { smallModel } from './small-graph.fixture.ts';
import { viewGraph } from './view.ts';

const model = smallModel({
  weights: { w: [2] },
  nodes: [
    { op: 'Add', in: ['b', 'a'], out: 'c' },
    { op: 'Relu', in: ['x'], out: 'a' },
    { op: 'Neg', in: ['a'], out: 'b' },
    { op: 'Mul', in: ['x', 'w'], out: 'd' },
    { op: 'Mul', in: ['c', 'c'], out: 'y' },
  ],
  outputs: ['y', 'd'],
});
const view = viewGraph(model.graph);
const names = (nodes: readonly { name: string }[]) => nodes.map(({ name }) => name);

test('nodes stand by the length of the longest path to them, whatever order they came in', () => {
  expect(names(view.nodes)).toEqual(['Relu_a', 'Mul_d', 'Neg_b', 'Add_c', 'Mul_y']);
});

test('consumers are in the order of the file, and count twice what reads twice', () => {
  expect(names(view.consumers('a'))).toEqual(['Add_c', 'Neg_b']);
  expect(names(view.consumers('c'))).toEqual(['Mul_y', 'Mul_y']);
});

test('parents are the makers of inputs; inputs of the graph and weights have none', () => {
  expect(view.parents(view.nodes.find((node) => node.name === 'Mul_d') ?? expect.fail())).toEqual([]);
  expect(view.producer('x')).toBeUndefined();
  expect(view.initializers.has('w')).toBe(true);
});
