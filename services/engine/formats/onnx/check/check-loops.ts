import { InputError } from '#contract/failure.ts';
import { subgraphs } from '../attribute.ts';
import { decodeGraph, decodeTensor } from '../decode.ts';
import type { OnnxGraph, OnnxModel, OnnxNode } from '../model.ts';
import { tensorInts, tensorLength } from '../tensor.ts';
import { limits } from './limits.ts';

/**
 * Refuses a Loop that says itself that it turns too often: so many times, and nothing inside can end it before. What
 * depends on data is left to the time that a run may take. `checkNesting` has bounded the depth.
 */
export function checkLoops(model: OnnxModel, name: string): void {
  checkGraph(model.graph, { outer: new Map(), turns: 1, name });
}

type Around = { readonly outer: ReadonlyMap<string, number>; readonly turns: number; readonly name: string };

function checkGraph(graph: OnnxGraph, { outer, turns, name }: Around): void {
  const nodes = graph.nodes.filter((node) => subgraphs(node).length > 0);
  if (nodes.length === 0) return;
  const counts = new Map([...outer, ...countsIn(graph)]);
  for (const node of nodes) {
    const inner = subgraphs(node).map(decodeGraph);
    const own = turnsOf(node, inner[0], counts);
    if (turns * own > limits.turns) {
      throw new InputError(
        'LIMIT_EXCEEDED',
        `${node.op} ${node.name} of ${name} turns ${turns * own} times, and nothing in it can end it; the limit is ${limits.turns}.`,
      );
    }
    for (const body of inner) checkGraph(body, { outer: counts, turns: turns * own, name });
  }
}

/** Integers that stand in the graph: what a Loop may be told to count to. */
function countsIn({ initializers, nodes }: OnnxGraph): readonly (readonly [string, number])[] {
  const constants = nodes.flatMap(({ op, outputs, attributes }) => {
    const value = op === 'Constant' ? attributes.find(({ t }) => t)?.t : undefined;
    return value ? [{ ...decodeTensor(value), name: outputs[0] ?? '' }] : [];
  });
  return [...initializers, ...constants].flatMap((tensor) =>
    tensor.dtype === 'int64' && tensorLength(tensor) === 8 ? [[tensor.name, tensorInts(tensor)[0] ?? 0] as const] : [],
  );
}

/** How often a Loop is sure to turn; 1 for what may end earlier, and for other nodes. */
function turnsOf(node: OnnxNode, body: OnnxGraph | undefined, counts: ReadonlyMap<string, number>): number {
  if (node.op !== 'Loop' || !body) return 1;
  const producers = new Map(body.nodes.flatMap((inner) => inner.outputs.map((output) => [output, inner] as const)));
  let condition = body.outputs[0]?.name ?? '';
  // A chain of Identity has an end: a graph that goes in a circle is refused by the runtime, and steps are counted.
  for (let step = 0; step <= body.nodes.length; step += 1) {
    const producer = producers.get(condition);
    if (producer?.op !== 'Identity') break;
    condition = producer.inputs[0] ?? '';
  }
  const producer = producers.get(condition);
  return producer === undefined || producer.op === 'Constant' ? Math.max(1, counts.get(node.inputs[0] ?? '') ?? 1) : 1;
}
