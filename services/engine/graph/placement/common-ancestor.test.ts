import { expect, test } from 'vitest';
import type { OnnxNode } from '#engine/formats/onnx/model.ts';
import { smallModel } from '../small-graph.fixture.ts';
import { type GraphView, viewGraph } from '../view.ts';
import { ancestorFinder } from './common-ancestor.ts';

type Nodes = Parameters<typeof smallModel>[0]['nodes'];

/** As ModelOpt does it: all ancestors of both, each with the distance at which a depth-first walk first meets it. */
function inAllAncestors(view: GraphView, a: OnnxNode, b: OnnxNode) {
  const distances = (start: OnnxNode) => {
    const found = new Map([[start, 0]]);
    const stack = [start];
    for (let node = stack.pop(); node; node = stack.pop())
      for (const parent of view.parents(node)) {
        if (found.has(parent)) continue;
        found.set(parent, (found.get(node) ?? 0) + 1);
        stack.push(parent);
      }
    return found;
  };
  const [fromA, fromB] = [distances(a), distances(b)];
  const [best] = [...fromA].filter(([node]) => fromB.has(node)).sort(([, one], [, other]) => one - other);
  return best ? { node: best[0], distances: [best[1], fromB.get(best[0])] } : null;
}

/** Numbers that look random and are the same every time. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** Each node reads up to three others, mostly of those shortly before it; few read the graph's input alone. */
function randomGraph(seed: number): GraphView {
  const random = randomFrom(seed);
  const reach = 2 + random(12);
  const nodes: Nodes = Array.from({ length: 40 }, (_, index) => ({
    op: 'Sum',
    out: `t${index}`,
    in: Array.from({ length: 1 + random(3) }, () => {
      const before = 1 + random(random(8) === 0 ? index + 1 : Math.min(reach, index + 1));
      return index < before ? 'x' : `t${index - before}`;
    }),
  }));
  return viewGraph(smallModel({ nodes, outputs: [] }).graph);
}

test('the ancestor and both distances are those of a walk through all ancestors', () => {
  let met = 0;
  for (let seed = 0; seed < 16; seed++) {
    const view = randomGraph(seed);
    const find = ancestorFinder(view);
    for (const a of view.nodes)
      for (const b of view.nodes.slice(seed % 3)) {
        const expected = inAllAncestors(view, a, b);
        if (expected?.distances[0] && expected.distances[1]) met += 1;
        expect(find(a, b)).toEqual(expected);
      }
  }
  expect(met).toBeGreaterThan(4000);
});

/** Each Add joins a branch of two convolutions with what goes into it. */
function residualChain(length: number): GraphView {
  const nodes = Array.from({ length }, (_, index) => {
    const input = index === 0 ? 'stem' : `add${index - 1}`;
    return [
      { op: 'Conv', in: [input, 'w'], out: `a${index}` },
      { op: 'Conv', in: [`a${index}`, 'w'], out: `b${index}` },
      { op: 'Add', in: [`b${index}`, input], out: `add${index}` },
    ];
  });
  const stem = { op: 'Conv', in: ['x', 'w'], out: 'stem' };
  return viewGraph(smallModel({ nodes: [stem, ...nodes.flat()], outputs: [] }).graph);
}

function askAll(view: GraphView, most: number): void {
  const find = ancestorFinder(view, most);
  for (const add of view.nodes.filter(({ op }) => op === 'Add')) {
    const [a, b] = add.inputs.map((tensor) => view.producer(tensor));
    if (a && b) expect(find(a, b)).toEqual({ node: b, distances: [2, 0] });
  }
}

test('a long chain of residual Adds takes a few steps for each of them, wherever in the chain it stands', () => {
  askAll(residualChain(100), 100 * 12);
  askAll(residualChain(8000), 8000 * 12);
});

test('branches that part too far before the Adds that join them are refused with a way out', () => {
  expect(() => askAll(residualChain(100), 300)).toThrow(
    'The branches that the 100 Adds of this graph of 301 nodes join part so far before them that finding where takes more than 300 steps.',
  );
});
