import { expect, test } from 'vitest';
import { findPath } from './find-path.ts';
import { copyOps } from './op-types.ts';
import { smallModel } from './small-graph.fixture.ts';
import { viewGraph } from './view.ts';

const view = viewGraph(
  smallModel({
    weights: { w: [4, 4, 3, 3], b: [4], s: [1] },
    nodes: [
      { op: 'Conv', in: ['x', 'w'], out: 'c' },
      { op: 'Mul', in: ['c', 's'], out: 'm' },
      { op: 'Add', in: ['m', 'b'], out: 'a' },
      { op: 'Reshape', in: ['a', 'shape'], out: 'r' },
      { op: 'Relu', in: ['r'], out: 'y' },
      { op: 'Add', in: ['y', 'a'], out: 'z', name: 'skip' },
    ],
    outputs: ['z'],
  }).graph,
);
const node = (name: string) => view.nodes.find((one) => one.name === name) ?? expect.fail(`no node ${name}`);

test.each([
  { from: 'Add_a', ops: ['BiasAdd', 'ConstMul', 'Conv'], wildcards: copyOps, found: ['Add_a', 'Mul_m', 'Conv_c'] },
  { from: 'Mul_m', ops: ['BiasAdd', 'ConstMul', 'Conv'], wildcards: copyOps, found: ['Mul_m', 'Conv_c'] },
  { from: 'Conv_c', ops: ['BiasAdd', 'ConstMul', 'Conv'], wildcards: copyOps, found: ['Conv_c'] },
  { from: 'Relu_y', ops: ['Relu', 'Add'], wildcards: copyOps, found: ['Relu_y', 'Add_a'] },
  { from: 'Relu_y', ops: ['Relu', 'Add'], wildcards: new Set<string>(), found: null },
  // The Reshape between them uses up the optional step, as it does in the original.
  { from: 'Relu_y', ops: ['Relu', 'BiasAdd', 'ConstMul', 'Conv'], wildcards: copyOps, found: null },
  { from: 'Add_a', ops: ['NonBiasAdd'], wildcards: copyOps, found: null },
  { from: 'skip', ops: ['NonBiasAdd', 'Relu'], wildcards: copyOps, found: ['skip', 'Relu_y'] },
  { from: 'Relu_y', ops: ['Relu', 'BatchNormalization'], wildcards: copyOps, found: null },
])('backwards from $from, $ops finds $found', ({ from, ops, wildcards, found }) => {
  const path = findPath(view, node(from), { ops, direction: 'backward', wildcards });
  expect(path?.map(({ name }) => name) ?? null).toEqual(found);
});

test('a chain of any depth is walked without a stack of calls', () => {
  const nodes = Array.from({ length: 30_000 }, (_, i) => ({ op: 'Transpose', in: [`t${i}`], out: `t${i + 1}` }));
  const all = [{ op: 'Conv', in: ['x', 'w'], out: 't0' }, ...nodes, { op: 'Relu', in: ['t30000'], out: 'y' }];
  const deep = viewGraph(smallModel({ weights: { w: [4, 4, 3, 3] }, nodes: all, outputs: ['y'] }).graph);
  const [last] = deep.nodes.slice(-1);
  if (!last) expect.fail('no node');
  const path = findPath(deep, last, { ops: ['Relu', 'Conv'], direction: 'backward', wildcards: copyOps });
  expect(path?.map(({ op }) => op)).toEqual(['Relu', 'Conv']);
});

test('a chain whose nodes each use their input twice is walked in linear time', () => {
  const nodes = Array.from({ length: 1000 }, (_, i) => ({ op: 'Concat', in: [`t${i}`, `t${i}`], out: `t${i + 1}` }));
  const chain = viewGraph(smallModel({ inputs: { t0: [1] }, nodes, outputs: ['t1000'] }).graph);
  const [last] = chain.nodes.slice(-1);
  if (!last) expect.fail('no node');
  const started = performance.now();
  expect(findPath(chain, last, { ops: ['Relu', 'Conv'], direction: 'backward', wildcards: copyOps })).toBeNull();
  expect(performance.now() - started).toBeLessThan(2000);
});
