import { largestFirst } from './largest-first.ts';

/** Gives the next node from which both descend, at `least` or after it; null if there is none. */
export type NextCommon = (least: number) => number | null;

/**
 * Walks the ancestors of two nodes together, from the last in the order to the first: when a node is reached, all that
 * descends from it has been, so that it is known then whether both do. `step` is told of every node.
 */
export function commonDescending(
  parents: readonly Int32Array[],
  [a, b]: readonly [number, number],
  step: () => void,
): NextCommon {
  const waiting = largestFirst();
  const sides = new Map<number, number>();
  /** How many nodes wait that `a`, or `b`, descends from. */
  const left = [0, 0, 0];
  const count = (side: number, change: number) => {
    if (side & fromA) left[fromA] = (left[fromA] ?? 0) + change;
    if (side & fromB) left[fromB] = (left[fromB] ?? 0) + change;
  };
  const reach = (node: number, side: number) => {
    const known = sides.get(node) ?? 0;
    if (known === 0) waiting.add(node);
    sides.set(node, known | side);
    count(side & ~known, 1);
  };
  reach(a, fromA);
  reach(b, fromB);
  return (least) => {
    while (left[fromA] && left[fromB] && (waiting.peek() ?? -1) >= least) {
      const node = waiting.take() ?? 0;
      const side = sides.get(node) ?? 0;
      step();
      count(side, -1);
      for (const parent of parents[node] ?? []) reach(parent, side);
      if (side === both) return node;
    }
    return null;
  };
}

const fromA = 1;
const fromB = 2;
const both = fromA | fromB;
