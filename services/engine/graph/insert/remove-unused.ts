import type { OnnxGraph, OnnxNode } from '#engine/formats/onnx/model.ts';
import { tensorsRead } from '#engine/formats/onnx/sort-nodes.ts';
import { viewGraph } from '../view.ts';

/** The graph without nodes and initializers that no output depends on, nodes by depth. */
export function removeUnused(graph: OnnxGraph): OnnxGraph {
  const view = viewGraph(graph);
  const needed = new Set<string>(view.outputs);
  const kept = new Set<OnnxNode>();
  const stack = [...needed];
  for (let tensor = stack.pop(); tensor !== undefined; tensor = stack.pop()) {
    const node = view.producer(tensor);
    if (!node || kept.has(node)) continue;
    kept.add(node);
    for (const read of tensorsRead(node)) {
      needed.add(read);
      stack.push(read);
    }
  }
  return {
    ...graph,
    nodes: view.nodes.filter((node) => kept.has(node)),
    initializers: graph.initializers.filter((tensor) => needed.has(tensor.name)),
    valueInfo: graph.valueInfo.filter((port) => needed.has(port.name)),
  };
}
