import { subgraphs } from '#engine/formats/onnx/attribute.ts';
import type { OnnxModel } from '#engine/formats/onnx/model.ts';
import { tensorsRead } from '#engine/formats/onnx/sort-nodes.ts';
import { renameTensor } from '#engine/formats/onnx/tensor.ts';
import { freshNames } from '../fresh-names.ts';

/**
 * An initializer that several inputs read becomes one for each (`w_1`, `w_2` …), so that each can have its own scale
 * and axis. The copies share the bytes until they are written. Initializers that subgraphs or graph outputs read keep
 * their own name too. Source: `duplicate_shared_constants`, modelopt/onnx/utils.py.
 */
export function splitShared(model: OnnxModel): OnnxModel {
  const { graph } = model;
  const tensors = new Map(graph.initializers.map((tensor) => [tensor.name, tensor]));
  const uses = new Map<string, number>();
  for (const node of graph.nodes) for (const input of node.inputs) uses.set(input, (uses.get(input) ?? 0) + 1);
  const shared = new Set([...tensors.keys()].filter((name) => (uses.get(name) ?? 0) > 1));
  if (shared.size === 0) return model;

  const freshName = freshNames(graph);
  const copies: (typeof graph.initializers)[number][] = [];
  const nodes = graph.nodes.map((node) => {
    if (!node.inputs.some((input) => shared.has(input))) return node;
    const inputs = node.inputs.map((input) => {
      const tensor = shared.has(input) ? tensors.get(input) : undefined;
      if (!tensor) return input;
      const copy = renameTensor(tensor, freshName(input));
      copies.push(copy);
      return copy.name;
    });
    return { ...node, inputs };
  });

  const kept = new Set([
    ...graph.outputs.map((port) => port.name),
    ...graph.nodes.filter((node) => subgraphs(node).length > 0).flatMap((node) => tensorsRead({ ...node, inputs: [] })),
  ]);
  const initializers = graph.initializers.filter((tensor) => !shared.has(tensor.name) || kept.has(tensor.name));
  return { ...model, graph: { ...graph, nodes, initializers: [...initializers, ...copies] } };
}
