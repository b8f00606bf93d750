import { expect, test } from 'vitest';
import { encodeGraph, int64 } from '#engine/formats/onnx/encode.ts';
import type { OnnxModel } from '#engine/formats/onnx/model.ts';
import { cutCustom } from '#engine/graph/computable/cut-custom.ts';
import { smallModel } from '#engine/graph/small-graph.fixture.ts';
import { lackingOperators } from './lacking-operators.ts';
import { openSession } from './session.ts';

type Domains = Readonly<Record<string, string>>;

/** The model with operators moved to domains, which it imports. */
function withDomains(model: OnnxModel, domains: Domains): OnnxModel {
  const nodes = model.graph.nodes.map((node) => ({ ...node, domain: domains[node.op] ?? '' }));
  const imported = [...new Set(Object.values(domains))].map((domain) => ({ domain, version: 1 }));
  return { ...model, opsets: [...model.opsets, ...imported], graph: { ...model.graph, nodes } };
}

/** Relu, then one operator after the other. */
function chain(ops: readonly string[], domains: Domains): OnnxModel {
  const nodes = ['Relu', ...ops].map((op, index) => ({
    op,
    in: [index === 0 ? 'x' : `t${index}`],
    out: `t${index + 1}`,
  }));
  return withDomains(smallModel({ nodes, inputs: { x: [2, 4] }, outputs: [`t${nodes.length}`] }), domains);
}

function branching(): OnnxModel {
  const branch = (op: string) => {
    const model = smallModel({ nodes: [{ op, in: ['a'], out: `in_${op}` }], outputs: [`in_${op}`] });
    return { ...encodeGraph(withDomains(model, { Magic: 'acme' }).graph), input: [] };
  };
  const model = smallModel({
    inputs: { x: [1] },
    nodes: [
      { op: 'Relu', in: ['x'], out: 'a' },
      { op: 'IsNaN', in: ['a'], out: 'flag' },
      {
        op: 'If',
        in: ['flag'],
        out: 'y',
        attributes: [
          { name: 'then_branch', type: 5, g: branch('Magic') },
          { name: 'else_branch', type: 5, g: branch('Neg') },
        ],
      },
    ],
    outputs: ['y'],
  });
  return { ...model, opsets: [...model.opsets, { domain: 'acme', version: 1 }] };
}

/** A chain of functions, each of which calls the next, and the last one Magic. */
function calling(...names: readonly string[]): OnnxModel {
  const opsetImport = ['', 'acme', 'local'].map((domain) => ({ domain, version: int64(domain === '' ? 19 : 1) }));
  const functions = names.map((name, index) => {
    const next = names[index + 1];
    const call = next === undefined ? { opType: 'Magic', domain: 'acme' } : { opType: next, domain: 'local' };
    const node = [{ ...call, input: ['i'], output: ['o'] }];
    return { name, domain: 'local', input: ['i'], output: ['o'], node, opsetImport };
  });
  return { ...chain(['F'], { F: 'local', Magic: 'acme' }), rest: { functions } };
}

test.each([
  { what: 'no custom operators', model: chain(['Neg'], {}), lacking: [] },
  { what: 'one that ONNX Runtime has', model: chain(['Gelu'], { Gelu: 'com.microsoft' }), lacking: [] },
  {
    what: 'one before another',
    model: chain(['A', 'Gelu', 'B'], { A: 'acme', B: 'a b:c', Gelu: 'com.microsoft' }),
    lacking: ['acme:A'],
  },
  { what: 'one in a branch of an If', model: branching(), lacking: ['acme:Magic'] },
  { what: 'one in a function of its own', model: calling('F'), lacking: ['acme:Magic'] },
  { what: 'one in a function behind a function', model: calling('F', 'G'), lacking: ['acme:Magic'] },
  {
    what: 'one of another form than ONNX Runtime knows it in',
    model: chain(['EfficientNMS_TRT'], {}),
    lacking: [':EfficientNMS_TRT'],
  },
  { what: 'one without a domain', model: chain(['NoSuchOperator'], {}), lacking: [':NoSuchOperator'] },
])('a model with $what loads without what it lacks', async ({ model, lacking }) => {
  const found = await lackingOperators(model, 'small.onnx');
  expect(found.map(({ domain, op }) => `${domain}:${op}`)).toEqual(lacking);
  const session = await openSession(cutCustom(model, found).model, { device: 'cpu', name: 'small.onnx' });
  await session.close();
});

test('a graph that is refused for another reason is refused in the words of the runtime', async () => {
  const model = chain(['Magic'], { Magic: 'acme' });
  const nodes = model.graph.nodes.map((node) => (node.op === 'Relu' ? { ...node, inputs: ['x', 'x'] } : node));
  const broken = { ...model, graph: { ...model.graph, nodes } };
  await expect(lackingOperators(broken, 'small.onnx')).rejects.toMatchObject({ code: 'NOT_A_MODEL' });
});
