import { describe, expect, test } from 'vitest';
import { encodeGraph } from '#engine/formats/onnx/encode.ts';
import type { OnnxModel, OnnxNode } from '#engine/formats/onnx/model.ts';
import { smallModel } from '../small-graph.fixture.ts';
import { customOperators } from './custom-operators.ts';
import { cutCustom, originOf } from './cut-custom.ts';

const names = (nodes: readonly OnnxNode[]) => nodes.map(({ name }) => name).join(' ');

/** The model with its nodes of that name moved to a domain. */
function moved(model: OnnxModel, op: string, domain = 'acme'): OnnxModel {
  const nodes = model.graph.nodes.map((node) => (node.op === op ? { ...node, domain } : node));
  return { ...model, opsets: [...model.opsets, { domain, version: 1 }], graph: { ...model.graph, nodes } };
}

const detector = moved(
  smallModel({
    weights: { w: [4, 4], v: [4, 4] },
    inputs: { x: [1, 4] },
    nodes: [
      { op: 'MatMul', name: 'first', in: ['x', 'w'], out: 'a' },
      { op: 'Relu', name: 'relu', in: ['a'], out: 'r' },
      { op: 'Magic', name: 'magic', in: ['r', 'a'], out: 'm,k' },
      { op: 'MatMul', name: 'beside', in: ['r', 'v'], out: 'b' },
      { op: 'Add', name: 'behind', in: ['b', 'k'], out: 'y' },
      { op: 'Magic', name: 'again', in: ['y'], out: 'z' },
      { op: 'Relu', name: 'last', in: ['z'], out: 'l' },
    ],
    outputs: ['y', 'l', 'b'],
  }),
  'Magic',
);
const magic = [{ domain: 'acme', op: 'Magic' }];

test('a model without such operators is the cut itself', () => {
  const cut = cutCustom(detector, []);
  expect(cut.model).toBe(detector);
  expect(cut).toMatchObject({ custom: [], origins: new Map() });
});

test('what depends on a custom node goes with it, and what lies before and beside it stays', () => {
  const cut = cutCustom(detector, magic);
  expect(names(cut.model.graph.nodes)).toBe('first relu beside');
  expect(names(cut.custom)).toBe('magic again');
  expect(cut.model.graph.outputs).toEqual(detector.graph.outputs.slice(2));
  expect([...cut.origins].map(([tensor, { name }]) => `${tensor} ${name}`)).toEqual([
    'm magic',
    'k magic',
    'y magic',
    'z again',
    'l again',
  ]);
  expect(detector.graph.nodes.filter((node) => !originOf(cut, node)).map(({ name }) => name)).toEqual([
    'first',
    'relu',
    'beside',
  ]);
});

test('where every output is lost, what the rest reads takes their place', () => {
  const outputs = detector.graph.outputs.slice(0, 2);
  const { graph } = cutCustom({ ...detector, graph: { ...detector.graph, outputs } }, magic).model;
  expect(graph.outputs.map(({ name }) => name)).toEqual(['r', 'a', 'b']);
});

test('weights that only custom nodes and those behind them read are left out', () => {
  const model = moved(
    smallModel({
      weights: { w: [4, 4], anchors: [4] },
      inputs: { x: [1, 4] },
      nodes: [
        { op: 'MatMul', in: ['x', 'w'], out: 'a' },
        { op: 'Magic', in: ['a', 'anchors'], out: 'y' },
      ],
      outputs: ['y'],
    }),
    'Magic',
  );
  expect(cutCustom(model, magic).model.graph.initializers.map(({ name }) => name)).toEqual(['w']);
});

describe('operators that a model does not have from ONNX', () => {
  const inner = smallModel({ nodes: [{ op: 'Magic', in: ['a'], out: 'i' }], outputs: ['i'] });
  const branch = { ...encodeGraph(moved(inner, 'Magic').graph), input: [] };
  const branching: OnnxModel = (() => {
    const model = smallModel({
      nodes: [
        { op: 'Relu', name: 'relu', in: ['x'], out: 'a' },
        { op: 'If', name: 'if', in: ['flag'], out: 'y' },
      ],
      outputs: ['y'],
    });
    const nodes = model.graph.nodes.map((node) =>
      node.op === 'If' ? { ...node, attributes: [{ name: 'then_branch', type: 5, g: branch }] } : node,
    );
    return { ...model, graph: { ...model.graph, nodes } };
  })();
  type Body = { readonly opType: string; readonly domain: string };
  /** F, which the graph calls, and other functions behind it. */
  const called = (body: Body, others: Readonly<Record<string, Body>> = {}): OnnxModel => ({
    ...moved(smallModel({ nodes: [{ op: 'F', name: 'call', in: ['x'], out: 'y' }], outputs: ['y'] }), 'F', 'local'),
    rest: {
      functions: Object.entries({ F: body, ...others }).map(([name, node]) => {
        return { name, domain: 'local', input: ['i'], output: ['o'], node: [node] };
      }),
    },
  });

  test.each([
    { what: 'of another domain', model: detector, operators: ['acme:Magic'] },
    {
      what: 'without a domain',
      model: smallModel({ nodes: [{ op: 'NMS_TRT', in: ['x'], out: 'y' }], outputs: ['y'] }),
      operators: [':NMS_TRT'],
    },
    { what: 'in a subgraph', model: branching, operators: ['acme:Magic'] },
    {
      what: 'in a function of the model',
      model: called({ opType: 'Magic', domain: 'acme' }),
      operators: ['acme:Magic'],
    },
    { what: 'but for functions of the model', model: called({ opType: 'Relu', domain: '' }), operators: [] },
  ])('are found $what', ({ model, operators }) => {
    expect(customOperators(model).map(({ domain, op }) => `${domain}:${op}`)).toEqual(operators);
  });

  test.each([
    { what: 'subgraph', model: branching, custom: 'if' },
    { what: 'function', model: called({ opType: 'Magic', domain: 'acme' }), custom: 'call' },
    {
      what: 'function that a function before it calls',
      model: called({ opType: 'G', domain: 'local' }, { G: { opType: 'Magic', domain: 'acme' } }),
      custom: 'call',
    },
  ])('make the node that holds one in a $what custom', ({ model, custom }) => {
    expect(names(cutCustom(model, magic).custom)).toBe(custom);
  });
});
