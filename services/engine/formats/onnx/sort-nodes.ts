import { InputError } from '#contract/failure.ts';
import { subgraphs } from './attribute.ts';
import type { onnx } from './generated/messages.js';
import type { OnnxModel, OnnxNode } from './model.ts';

/**
 * The model with its nodes in an order in which every tensor is made before it is used. The specification asks
 * for that order; runtimes forgive another, and then so do we. Nodes that are in order already stay as they are.
 * Errors: CORRUPT_FILE if nodes wait for each other in a circle.
 */
export function sortNodes(model: OnnxModel, name: string): OnnxModel {
  const { nodes } = model.graph;
  const producer = new Map<string, number>();
  nodes.forEach((node, index) => {
    for (const output of node.outputs) if (output !== '') producer.set(output, index);
  });
  const needs = nodes.map((node) => new Set(tensorsRead(node).flatMap((tensor) => producer.get(tensor) ?? [])));
  if (needs.every((indices, index) => [...indices].every((needed) => needed < index))) return model;
  return { ...model, graph: { ...model.graph, nodes: order(nodes, needs, name) } };
}

function order(nodes: readonly OnnxNode[], needs: readonly ReadonlySet<number>[], name: string): OnnxNode[] {
  const users: number[][] = nodes.map(() => []);
  const waiting = needs.map((indices) => indices.size);
  needs.forEach((indices, index) => {
    for (const needed of indices) users[needed]?.push(index);
  });
  const ready = waiting.flatMap((count, index) => (count === 0 ? [index] : []));
  const sorted: OnnxNode[] = [];
  // `ready` grows while it is walked: what becomes ready stands in line behind what already is.
  for (const next of ready) {
    const node = nodes[next];
    if (node) sorted.push(node);
    for (const user of users[next] ?? []) {
      const left = (waiting[user] ?? 0) - 1;
      waiting[user] = left;
      if (left === 0) ready.push(user);
    }
  }
  if (sorted.length === nodes.length) return sorted;
  const stuck = nodes.find((_, index) => (waiting[index] ?? 0) > 0);
  throw new InputError(
    'CORRUPT_FILE',
    `${nodes.length - sorted.length} of the ${nodes.length} nodes of ${name} wait for each other in a circle; ${stuck?.op} ${stuck?.name} is one of them.`,
  );
}

/** Tensors that a node reads, with those that its subgraphs take from around them. */
export function tensorsRead(node: OnnxNode): string[] {
  return [...node.inputs, ...subgraphs(node).flatMap(captured)].filter((tensor) => tensor !== '');
}

function captured(graph: onnx.GraphProto.$Properties): string[] {
  const own = new Set<string>();
  for (const port of graph.input ?? []) own.add(port.name ?? '');
  for (const tensor of graph.initializer ?? []) own.add(tensor.name ?? '');
  for (const node of graph.node ?? []) for (const output of node.output ?? []) own.add(output);
  const read = [
    ...(graph.output ?? []).map((port) => port.name ?? ''),
    ...(graph.node ?? []).flatMap((node) => [
      ...(node.input ?? []),
      ...(node.attribute ?? [])
        .flatMap((attribute) => [...(attribute.g ? [attribute.g] : []), ...(attribute.graphs ?? [])])
        .flatMap(captured),
    ]),
  ];
  return read.filter((tensor) => !own.has(tensor));
}
