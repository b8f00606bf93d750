import type { OnnxNode } from '#engine/formats/onnx/model.ts';
import type { GraphView } from '../view.ts';

export type CommonAncestorOf = (a: OnnxNode, b: OnnxNode) => CommonAncestor | null;

type CommonAncestor = {
  readonly node: OnnxNode;
  /** From `a` and from `b`, at which a depth-first walk first meets it. */
  readonly distances: readonly [number, number];
};

/**
 * Finds the nearest node, seen from `a`, that both descend from. Every question walks all ancestors of both, so that
 * nodes are numbers here. Source: `find_lowest_common_ancestor`, modelopt/onnx/utils.py.
 */
export function ancestorFinder(view: GraphView): CommonAncestorOf {
  const numbers = new Map(view.nodes.map((node, index) => [node, index]));
  const parents = view.nodes.map((node) =>
    Int32Array.from(view.parents(node).flatMap((parent) => numbers.get(parent) ?? [])),
  );
  const fromA = new Int32Array(view.nodes.length);
  const fromB = new Int32Array(view.nodes.length);
  return (a, b) => {
    const met = measure(parents, numbers.get(a) ?? 0, fromA);
    measure(parents, numbers.get(b) ?? 0, fromB);
    let best = -1;
    for (const node of met) {
      const isNearer = best < 0 || (fromA[node] ?? 0) < (fromA[best] ?? 0);
      if ((fromB[node] ?? -1) >= 0 && isNearer) best = node;
    }
    const node = view.nodes[best];
    return node ? { node, distances: [fromA[best] ?? 0, fromB[best] ?? 0] } : null;
  };
}

/** Writes the distance of every ancestor, −1 for other nodes. The ancestors, in the order in which they are met. */
function measure(parents: readonly Int32Array[], start: number, distances: Int32Array): readonly number[] {
  distances.fill(-1);
  distances[start] = 0;
  const met = [start];
  const stack = [start];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    const next = (distances[node] ?? 0) + 1;
    for (const parent of parents[node] ?? []) {
      if ((distances[parent] ?? 0) >= 0) continue;
      distances[parent] = next;
      met.push(parent);
      stack.push(parent);
    }
  }
  return met;
}
