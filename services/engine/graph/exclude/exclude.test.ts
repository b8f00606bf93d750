import { expect, test } from 'vitest';
import { makeInt, makeInts } from '#engine/formats/onnx/attribute.ts';
import { smallModel } from '../small-graph.fixture.ts';
import { viewGraph } from '../view.ts';
import { excludeAttention } from './exclude-attention.ts';
import { excludeConvolutions } from './exclude-convolutions.ts';
import { excludeProducts } from './exclude-products.ts';
import { namePattern } from './name-pattern.ts';
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
    expect(excludeConvolutions(viewGraph(model.graph), 'int8', () => weight).map(({ node }) => node)).toEqual(
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
  expect(excludeAttention(viewGraph(model.graph), 'int8', () => [1, 2, 64, tokens]).map(({ node }) => node)).toEqual(
    left,
  );
});

test.each([
  { weight: [32, 17, 3, 3], out: null },
  { weight: [32, 16, 3, 3], out: /16 input and 32 output channels are too few for FP8/ },
  { weight: [16, 32, 3, 3], out: /too few/ },
  { weight: [32, 1, 3, 3], out: /too few/ },
  { weight: [64, 64, 5, 7], out: /a kernel of 35 taps has no FP8 kernel/ },
  { weight: [64, 64, 32], out: null },
])('in FP8 a convolution of weight $weight is left out: $out', ({ weight, out }) => {
  const model = smallModel({
    nodes: [{ op: 'Conv', in: ['x', 'w'], out: 'y', attributes: [makeInts('kernel_shape', weight.slice(2))] }],
    outputs: ['y'],
  });
  const [found] = excludeConvolutions(viewGraph(model.graph), 'fp8', () => weight);
  if (out === null) expect(found).toBeUndefined();
  else expect(found?.reason).toMatch(out);
});

const plain = { op: 'Mul', in: ['s', 'scale'], out: 'm' };
test.each([
  { what: 'a head of 8', head: 8, between: plain, rule: 'fp8', out: /a head of 8 has no FP8 kernel/ },
  { what: 'a head of 9', head: 9, between: plain, rule: 'fp8', out: null },
  { what: 'a head of 256', head: 256, between: plain, rule: 'fp8', out: null },
  { what: 'a head of 257', head: 257, between: plain, rule: 'fp8', out: /a head of 257/ },
  { what: '600 tokens', head: 64, between: plain, rule: 'fp8', out: null },
  { what: 'a Sub before Softmax', head: 64, between: { ...plain, op: 'Sub' }, rule: 'disabled', out: undefined },
  { what: 'disable_mha_qdq', head: 64, between: plain, rule: 'disabled', out: /disable_mha_qdq/ },
] as const)('FP8 attention with $what is left out: $out', ({ head, between, rule, out }) => {
  const model = smallModel({
    weights: { scale: [1] },
    inputs: { q: [1], k: [1], v: [1] },
    nodes: [
      { op: 'MatMul', in: ['q', 'k'], out: 's' },
      between,
      { op: 'Softmax', in: ['m'], out: 'p' },
      { op: 'MatMul', in: ['p', 'v'], out: 'y' },
    ],
    outputs: ['y'],
  });
  const found = excludeAttention(viewGraph(model.graph), rule, () => [1, 2, head, 600]);
  if (out) expect(found.map(({ reason }) => reason)).toEqual([expect.stringMatching(out), expect.stringMatching(out)]);
  else expect(found).toEqual([]);
});

test('FP8 attention whose scale and mask stand in the other order is not fused', () => {
  const model = smallModel({
    weights: { scale: [1] },
    inputs: { q: [1], k: [1], v: [1], mask: [1] },
    nodes: [
      { op: 'MatMul', in: ['q', 'k'], out: 's' },
      { op: 'Add', in: ['s', 'mask'], out: 'a' },
      { op: 'Mul', in: ['a', 'scale'], out: 'm' },
      { op: 'Softmax', in: ['m'], out: 'p' },
      { op: 'MatMul', in: ['p', 'v'], out: 'y' },
    ],
    outputs: ['y'],
  });
  const [found] = excludeAttention(viewGraph(model.graph), 'fp8', () => [1, 2, 64, 64]);
  expect(found?.reason).toMatch(/more than a scale, a mask and a Softmax/);
});

test('a pattern matches the beginning of a name; what is none is refused with its text', () => {
  const matches = namePattern('nodes_to_exclude', '/l[12]/');
  expect(['/l1/Conv', '/l3/Conv', 'x/l1/Conv'].map(matches)).toEqual([true, false, false]);
  expect(() => namePattern('nodes_to_exclude', '(')).toThrow(
    /nodes_to_exclude: “\(” is no regular expression: missing closing/,
  );
  expect(() => namePattern('nodes_to_exclude', '(?=a)')).toThrow(/no regular expression/);
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

test.each([
  { name: 'a.b', others: ['a.b', 'a_b1', 'axb', 'ab', 'a\nb'], found: ['a.b', 'a_b1', 'axb'] },
  { name: 'a+', others: ['a+', 'a', 'aab', 'b'], found: ['a+', 'a', 'aab'] },
  { name: 'a[', others: ['a[', 'a'], found: ['a['] },
])('the name $name read as a pattern finds $found', ({ name, others, found }) => {
  const { graph } = smallModel({
    nodes: others.map((other) => ({ op: 'MatMul', name: other, in: ['x'], out: other })),
    outputs: others,
  });
  expect(withPrefixes(graph.nodes, [{ node: name, reason: 'too small' }]).map(({ node }) => node)).toEqual(found);
});

test('more names than can be compared in seconds stand for themselves', () => {
  const { graph } = smallModel({
    nodes: Array.from({ length: 10_000 }, (_, i) => ({
      op: 'MatMul',
      name: `/layers.${i}/mm`,
      in: ['x'],
      out: `${i}`,
    })),
    outputs: ['0'],
  });
  const started = performance.now();
  const found = withPrefixes(
    graph.nodes,
    graph.nodes.map(({ name }) => ({ node: name, reason: 'too small' })),
  );
  expect(found).toHaveLength(10_000);
  expect(performance.now() - started).toBeLessThan(10_000);
});

test('a name that would be a costly expression is matched in linear time', () => {
  const { graph } = smallModel({
    nodes: [
      { op: 'MatMul', in: ['x', 'x'], out: 'm', name: '(a+)+b' },
      { op: 'Relu', in: ['m'], out: 'r', name: 'a'.repeat(20_000) },
    ],
    outputs: ['r'],
  });
  const started = performance.now();
  const found = withPrefixes(graph.nodes, [{ node: '(a+)+b', reason: 'too small' }]);
  expect(performance.now() - started).toBeLessThan(2000);
  expect(found).toEqual([{ node: '(a+)+b', reason: 'too small' }]);
});
