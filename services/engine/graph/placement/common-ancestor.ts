import { InputError } from '#contract/failure.ts';
import type { OnnxNode } from '#engine/formats/onnx/model.ts';
import type { GraphView } from '../view.ts';
import { commonDescending } from './common-descending.ts';

export type CommonAncestorOf = (a: OnnxNode, b: OnnxNode) => CommonAncestor | null;

type CommonAncestor = {
  readonly node: OnnxNode;
  /** From `a` and from `b`, at which a depth-first walk first meets it. */
  readonly distances: readonly [number, number];
};

/** Of all questions together. A residual network takes a few for each node; this is seconds. */
const mostSteps = 50_000_000;

/**
 * Finds the nearest node, seen from `a`, that both descend from. Source: `find_lowest_common_ancestor`,
 * modelopt/onnx/utils.py, which walks all ancestors of both. Nodes are numbers here, by depth, and what stands before
 * a node is no way to it: a walk that stops there gives it, and all after it, the distances of the whole walk.
 * Errors: LIMIT_EXCEEDED if branches meet so far away that this does not help.
 */
export function ancestorFinder(view: GraphView, most = mostSteps): CommonAncestorOf {
  const numbers = new Map(view.nodes.map((node, index) => [node, index]));
  const parents = view.nodes.map((node) =>
    Int32Array.from(view.parents(node).flatMap((parent) => numbers.get(parent) ?? [])),
  );
  let steps = 0;
  const step = () => {
    steps += 1;
    if (steps > most) throw tooFar(view, most);
  };
  return (a, b) => {
    const [fromA, fromB] = [numbers.get(a) ?? 0, numbers.get(b) ?? 0];
    const next = commonDescending(parents, [fromA, fromB], step);
    const last = next(0);
    if (last === null) return null;
    const walk = { parents, step };
    const seen = distances(walk, fromA, last);
    // Only what has a path from `a` that is no longer can be as near.
    const within = ball(walk, fromA, seen.get(last) ?? 0);
    const others: number[] = [];
    for (let node = next(within.first); node !== null; node = next(within.first))
      if (within.nodes.has(node)) others.push(node);
    const best = nearest(others.length === 0 ? seen : distances(walk, fromA, others.at(-1) ?? 0), [last, ...others]);
    const node = view.nodes[best.node];
    return node ? { node, distances: [best.distance, distances(walk, fromB, best.node).get(best.node) ?? 0] } : null;
  };
}

type Walk = { readonly parents: readonly Int32Array[]; readonly step: () => void };

/** Of the ancestors of `start` from `least` on, in the order in which the depth-first walk meets them. */
function distances({ parents, step }: Walk, start: number, least: number): ReadonlyMap<number, number> {
  const found = new Map([[start, 0]]);
  const stack = [start];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    step();
    const distance = (found.get(node) ?? 0) + 1;
    for (const parent of parents[node] ?? []) {
      if (parent < least || found.has(parent)) continue;
      found.set(parent, distance);
      stack.push(parent);
    }
  }
  return found;
}

/** The ancestors of `start` at the end of a path of at most `radius` edges, and the first of them in the order. */
function ball({ parents, step }: Walk, start: number, radius: number): { nodes: ReadonlySet<number>; first: number } {
  const nodes = new Set([start]);
  let first = start;
  let edge = [start];
  for (let distance = 0; distance < radius && edge.length > 0; distance++) {
    const next: number[] = [];
    for (const node of edge) {
      step();
      for (const parent of parents[node] ?? []) {
        if (nodes.has(parent)) continue;
        nodes.add(parent);
        next.push(parent);
        first = Math.min(first, parent);
      }
    }
    edge = next;
  }
  return { nodes, first };
}

/** Of several that are as near, the one that was met first. */
function nearest(
  met: ReadonlyMap<number, number>,
  candidates: readonly number[],
): { readonly node: number; readonly distance: number } {
  const wanted = new Set(candidates);
  let best = { node: -1, distance: Number.POSITIVE_INFINITY };
  for (const [node, distance] of met) if (wanted.has(node) && distance < best.distance) best = { node, distance };
  return best;
}

function tooFar({ nodes }: GraphView, most: number): InputError {
  const adds = nodes.filter(({ op }) => op === 'Add').length;
  return new InputError(
    'LIMIT_EXCEEDED',
    `The branches that the ${adds} Adds of this graph of ${nodes.length} nodes join part so far before them that finding where takes more than ${most} steps.`,
    { remedy: 'Name the layers to quantize in nodes_to_quantize: no branches are looked for then.' },
  );
}
