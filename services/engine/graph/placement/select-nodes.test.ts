import { expect, test } from 'vitest';
import { int8Ops } from '../quantizable-ops.ts';
import { smallModel } from '../small-graph.fixture.ts';
import { viewGraph } from '../view.ts';
import { selectNodes } from './select-nodes.ts';

type Nodes = Parameters<typeof smallModel>[0]['nodes'];

const weights = { w1: [16, 16, 3, 3], w2: [16, 16, 3, 3], w3: [16, 16, 1, 1], fc: [16, 16], half: [1], gamma: [16] };
const conv = (input: string, weight: string, out: string) => ({ op: 'Conv', in: [input, weight], out });

const cases: readonly {
  what: string;
  nodes: Nodes;
  outputs: readonly string[];
  selected: readonly string[];
  floats: readonly string[];
}[] = [
  {
    what: 'an identity block keeps the branch of the convolution float into the Add',
    nodes: [
      conv('x', 'w3', 's'),
      { op: 'Relu', in: ['s'], out: 'r' },
      conv('r', 'w1', 'a'),
      { op: 'Relu', in: ['a'], out: 'b' },
      conv('b', 'w2', 'c'),
      { op: 'Add', in: ['c', 'r'], out: 'd' },
      { op: 'Relu', in: ['d'], out: 'e' },
      { op: 'GlobalAveragePool', in: ['e'], out: 'y' },
    ],
    outputs: ['y'],
    selected: ['Conv_s', 'Conv_a', 'Conv_c', 'Add_d'],
    floats: ['c>Add_d'],
  },
  {
    what: 'a down-sampling block quantizes the shorter branch',
    nodes: [
      { op: 'Relu', in: ['x'], out: 'r' },
      conv('r', 'w1', 'a'),
      { op: 'Relu', in: ['a'], out: 'b' },
      conv('b', 'w2', 'c'),
      conv('r', 'w3', 'p'),
      { op: 'Add', in: ['c', 'p'], out: 'd' },
      { op: 'Relu', in: ['d'], out: 'y' },
    ],
    outputs: ['y'],
    selected: ['Conv_a', 'Conv_c', 'Conv_p', 'Add_d'],
    floats: ['c>Add_d'],
  },
  {
    what: 'a pool after a convolution is fused into it; the pool between convolutions is not selected twice',
    nodes: [
      conv('x', 'w1', 'a'),
      { op: 'Relu', in: ['a'], out: 'b' },
      { op: 'MaxPool', in: ['b'], out: 'c' },
      conv('c', 'w2', 'd'),
      { op: 'Relu', in: ['d'], out: 'y' },
    ],
    outputs: ['y'],
    selected: ['Conv_a', 'Conv_d', 'MaxPool_c'],
    floats: [],
  },
  {
    what: 'a gate of squeeze-and-excite is a head of its own, read in int8',
    nodes: [
      conv('x', 'w1', 'a'),
      { op: 'HardSigmoid', in: ['a'], out: 'g' },
      { op: 'Mul', in: ['a', 'g'], out: 'm' },
      conv('m', 'w2', 'y'),
    ],
    outputs: ['y'],
    selected: ['Conv_a', 'Conv_y', 'Mul_m'],
    floats: [],
  },
  {
    what: 'a SiLU stays inside the kernel of its convolution',
    nodes: [
      conv('x', 'w1', 'a'),
      { op: 'Sigmoid', in: ['a'], out: 'g' },
      { op: 'Mul', in: ['a', 'g'], out: 'm' },
      conv('m', 'w2', 'y'),
    ],
    outputs: ['y'],
    selected: ['Conv_a', 'Conv_y'],
    floats: [],
  },
  {
    what: 'GELU and LayerNormalization stay float between matrix products',
    nodes: [
      { op: 'LayerNormalization', in: ['x', 'gamma'], out: 'n' },
      { op: 'MatMul', in: ['n', 'fc'], out: 'a' },
      { op: 'Div', in: ['a', 'half'], out: 'b' },
      { op: 'Erf', in: ['b'], out: 'c' },
      { op: 'Add', in: ['c', 'half'], out: 'd' },
      { op: 'Mul', in: ['a', 'd'], out: 'e' },
      { op: 'Mul', in: ['e', 'half'], out: 'y' },
    ],
    outputs: ['y'],
    selected: ['MatMul_a'],
    floats: [],
  },
  {
    what: 'a node that makes an output is left, unless it is weighted',
    nodes: [
      conv('x', 'w1', 'a'),
      { op: 'Relu', in: ['a'], out: 'b' },
      { op: 'GlobalAveragePool', in: ['b'], out: 'y' },
      conv('b', 'w2', 'z'),
    ],
    outputs: ['y', 'z'],
    selected: ['Conv_a', 'Conv_z'],
    floats: [],
  },
];

test.each(cases)('$what', ({ nodes, outputs, selected, floats }) => {
  const model = smallModel({ weights, inputs: { x: [1, 16, 8, 8] }, nodes, outputs });
  const selection = selectNodes(viewGraph(model.graph), { excluded: new Set(), quantizable: int8Ops });
  expect([...selection.nodes].sort()).toEqual([...selected].sort());
  expect(selection.floatEdges.map(({ tensor, target }) => `${tensor}>${target.name}`)).toEqual(floats);
});

test('an excluded convolution reads its input in float although others read it in int8', () => {
  const nodes = [
    { op: 'Relu', in: ['x'], out: 'r' },
    conv('r', 'w1', 'a'),
    conv('r', 'w2', 'b'),
    { op: 'Concat', in: ['a', 'b'], out: 'y' },
  ];
  const model = smallModel({ weights, inputs: { x: [1, 16, 8, 8] }, nodes, outputs: ['y'] });
  const selection = selectNodes(viewGraph(model.graph), { excluded: new Set(['Conv_b']), quantizable: int8Ops });
  expect([...selection.nodes]).toEqual(['Conv_a']);
  expect(selection.floatEdges.map(({ tensor, target }) => `${tensor}>${target.name}`)).toEqual(['r>Conv_b']);
});
