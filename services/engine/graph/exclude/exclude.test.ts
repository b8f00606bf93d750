import { expect, test } from 'vitest';
import { makeInt, makeInts } from '#engine/formats/onnx/attribute.ts';
import { smallModel } from '../small-graph.fixture.ts';
import { viewGraph } from '../view.ts';
import { excludeAttention } from './exclude-attention.ts';
import { excludeConvolutions } from './exclude-convolutions.ts';
import { excludeProducts } from './exclude-products.ts';
import { withPrefixes } from './prefix-exclusions.ts';

test.each([
  { weight: [16, 16, 3, 3], group: 1, input: 'inner', out: false },
  { weight: [32, 3, 3, 3], group: 1, input: 'x', out: false },
  { weight: [8, 3, 3, 3], group: 1, input: 'x', out: false },
  { weight: [8, 3, 3, 3], group: 1, input: 'inner', out: true },
  { weight: [10, 12, 3, 3], group: 1, input: 'x', out: true },
  { weight: [32, 3, 1, 3], group: 1, input: 'x', out: true },
  { weight: [32, 1, 3, 3], group: 32, input: 'inner', out: false },
  { weight: [32, 1, 1, 3], group: 32, input: 'inner', out: true },
  { weight: null, group: 1, input: 'x', out: true },
])(
  'a convolution of weight $weight in $group groups that reads $input is left out: $out',
  ({ weight, group, input, out }) => {
    const attributes = [makeInt('group', group), makeInts('kernel_shape', weight?.slice(2) ?? [3, 3])];
    const model = smallModel({
      nodes: [
        { op: 'Relu', in: ['x'], out: 'inner' },
        { op: 'Conv', in: [input, 'w'], out: 'y', attributes },
      ],
      outputs: ['y'],
    });
    expect(excludeConvolutions(viewGraph(model.graph), () => weight).map(({ node }) => node)).toEqual(
      out ? ['Conv_y'] : [],
    );
  },
);

test.each([
  { op: 'Gemm', weight: true, output: [1, 100], second: [64, 100], out: true, why: 'one row' },
  { op: 'Gemm', weight: true, output: [8, 100], second: [64, 100], out: false, why: 'eight rows' },
  { op: 'Gemm', weight: true, output: [8, 10], second: [64, 10], out: true, why: 'N below 16' },
  { op: 'MatMul', weight: true, output: [1, 50, 64], second: [8, 64], out: true, why: 'K below 16' },
  { op: 'MatMul', weight: true, output: [1, 1, 64], second: [64, 64], out: false, why: 'rank 3 with a weight' },
  {
    op: 'MatMul',
    weight: false,
    output: [1, 4, 1, 64],
    second: [1, 4, 64, 64],
    out: true,
    why: 'one row of two activations',
  },
  { op: 'MatMul', weight: false, output: [1, 4, 32, 64], second: [1, 4, 64, 64], out: false, why: 'two activations' },
])('a $op with $why is left out: $out', ({ op, weight, output, second, out }) => {
  const model = smallModel({
    weights: weight ? { w: second } : {},
    inputs: { x: [1], w: [1] },
    nodes: [{ op, in: ['x', 'w'], out: 'y' }],
    outputs: ['y'],
  });
  const shapes = new Map<string, readonly number[]>([
    ['y', output],
    ['w', second],
  ]);
  expect(excludeProducts(viewGraph(model.graph), (tensor) => shapes.get(tensor) ?? null).length).toBe(out ? 1 : 0);
});

test('a Gemm with transB has K as the last dimension of its weight', () => {
  const model = smallModel({
    weights: { w: [64, 8] },
    nodes: [{ op: 'Gemm', in: ['x', 'w'], out: 'y', attributes: [makeInt('transB', 1)] }],
    outputs: ['y'],
  });
  const shapes = new Map<string, readonly number[]>([
    ['y', [8, 64]],
    ['w', [64, 8]],
  ]);
  const [exclusion] = excludeProducts(viewGraph(model.graph), (tensor) => shapes.get(tensor) ?? null);
  expect(exclusion?.reason).toMatch(/N 64 and K 8/);
});

test.each([
  { tokens: 512, left: [] },
  { tokens: 513, left: ['MatMul_s', 'MatMul_y'] },
])('attention over $tokens tokens leaves out $left', ({ tokens, left }) => {
  const model = smallModel({
    weights: { scale: [1] },
    inputs: { q: [1], k: [1], v: [1] },
    nodes: [
      { op: 'MatMul', in: ['q', 'k'], out: 's' },
      { op: 'Mul', in: ['s', 'scale'], out: 'm' },
      { op: 'Softmax', in: ['m'], out: 'p' },
      { op: 'MatMul', in: ['p', 'v'], out: 'y' },
    ],
    outputs: ['y'],
  });
  expect(excludeAttention(viewGraph(model.graph), () => [1, 2, 64, tokens]).map(({ node }) => node)).toEqual(left);
});

test('an excluded name also excludes the names that begin with it, as in ModelOpt', () => {
  const { graph } = smallModel({
    nodes: ['MatMul_1', 'MatMul_12', 'MatMul_2'].map((name) => ({ op: 'MatMul', name, in: ['x'], out: name })),
    outputs: ['MatMul_1'],
  });
  const found = withPrefixes(graph.nodes, [{ node: 'MatMul_1', reason: 'too small' }]);
  expect(found.map(({ node }) => node)).toEqual(['MatMul_1', 'MatMul_12']);
  expect(found[1]?.reason).toMatch(/MatMul_1 as a prefix/);
});

test('a name that would be a costly expression stands for itself', () => {
  const { graph } = smallModel({
    nodes: [
      { op: 'MatMul', in: ['x', 'x'], out: 'm', name: '(a+)+b' },
      { op: 'Relu', in: ['m'], out: 'r', name: 'a'.repeat(64) },
    ],
    outputs: ['r'],
  });
  const found = withPrefixes(graph.nodes, [{ node: '(a+)+b', reason: 'too small' }]);
  expect(found).toEqual([{ node: '(a+)+b', reason: 'too small' }]);
});
