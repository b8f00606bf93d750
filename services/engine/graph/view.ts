import type { OnnxGraph, OnnxNode } from '#engine/formats/onnx/model.ts';
import { tensorsRead } from '#engine/formats/onnx/sort-nodes.ts';

/** A graph with its edges indexed. Built once for a graph, never changed. */
export type GraphView = {
  readonly graph: OnnxGraph;
  /** By depth: a node stands after everything that has a shorter longest path from the inputs (graphsurgeon's order). */
  readonly nodes: readonly OnnxNode[];
  readonly initializers: ReadonlySet<string>;
  readonly outputs: ReadonlySet<string>;
  producer(tensor: string): OnnxNode | undefined;
  /** In the order of the file; a node that reads the tensor twice is there twice. */
  consumers(tensor: string): readonly OnnxNode[];
  /** Nodes that make its inputs, in their order. */
  parents(node: OnnxNode): readonly OnnxNode[];
  /** Nodes that read its outputs, in the order of outputs, then of the file. */
  children(node: OnnxNode): readonly OnnxNode[];
};

export function viewGraph(graph: OnnxGraph): GraphView {
  const producers = new Map<string, OnnxNode>();
  const consumers = new Map<string, OnnxNode[]>();
  for (const node of graph.nodes) {
    for (const tensor of node.outputs) if (tensor !== '') producers.set(tensor, node);
    for (const tensor of node.inputs) {
      if (tensor === '') continue;
      const readers = consumers.get(tensor);
      if (readers) readers.push(node);
      else consumers.set(tensor, [node]);
    }
  }
  return {
    graph,
    nodes: byDepth(graph.nodes, producers),
    initializers: new Set(graph.initializers.map((tensor) => tensor.name)),
    outputs: new Set(graph.outputs.map((port) => port.name)),
    producer: (tensor) => producers.get(tensor),
    consumers: (tensor) => consumers.get(tensor) ?? [],
    parents: (node) => node.inputs.flatMap((tensor) => producers.get(tensor) ?? []),
    children: (node) => node.outputs.flatMap((tensor) => consumers.get(tensor) ?? []),
  };
}

/** Stable by the length of the longest path to a node, whatever order they come in; what its subgraphs read counts. */
function byDepth(nodes: readonly OnnxNode[], producers: ReadonlyMap<string, OnnxNode>): OnnxNode[] {
  const depths = new Map<OnnxNode, number>();
  for (const node of nodes) {
    const stack = [node];
    for (let top = stack.at(-1); top; top = stack.at(-1)) {
      const parents = tensorsRead(top).flatMap((tensor) => producers.get(tensor) ?? []);
      const missing = depths.has(top) ? [] : parents.filter((parent) => !depths.has(parent));
      if (missing.length > 0) {
        for (const parent of missing) stack.push(parent);
        continue;
      }
      depths.set(top, 1 + parents.reduce((most, parent) => Math.max(most, depths.get(parent) ?? 0), -1));
      stack.pop();
    }
  }
  return [...nodes].sort((a, b) => (depths.get(a) ?? 0) - (depths.get(b) ?? 0));
}
