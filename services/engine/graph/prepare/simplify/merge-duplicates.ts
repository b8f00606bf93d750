import { createHash } from 'node:crypto';
import { subgraphs } from '#engine/formats/onnx/attribute.ts';
import type { OnnxModel, OnnxTensor } from '#engine/formats/onnx/model.ts';
import { tensorsRead } from '#engine/formats/onnx/sort-nodes.ts';
import { tensorSlabs } from '#engine/formats/onnx/tensor.ts';

/** Initializers of the same type, shape and bytes become the first of them. What a subgraph or an output names stays. */
export function mergeDuplicates(model: OnnxModel): OnnxModel {
  const { graph } = model;
  const kept = new Set([
    ...graph.outputs.map(({ name }) => name),
    ...graph.nodes.flatMap((node) => (subgraphs(node).length > 0 ? tensorsRead({ ...node, inputs: [] }) : [])),
  ]);
  const first = new Map<string, string>();
  const merged = new Map<string, string>();
  for (const tensor of graph.initializers) {
    const key = fingerprint(tensor);
    const same = first.get(key);
    if (same === undefined) first.set(key, tensor.name);
    else if (!kept.has(tensor.name)) merged.set(tensor.name, same);
  }
  if (merged.size === 0) return model;
  return {
    ...model,
    graph: {
      ...graph,
      nodes: graph.nodes.map((node) =>
        node.inputs.some((input) => merged.has(input))
          ? { ...node, inputs: node.inputs.map((input) => merged.get(input) ?? input) }
          : node,
      ),
      initializers: graph.initializers.filter(({ name }) => !merged.has(name)),
    },
  };
}

const slabBytes = 1 << 24;

function fingerprint(tensor: OnnxTensor): string {
  const hash = createHash('sha256');
  for (const slab of tensorSlabs(tensor, slabBytes)) hash.update(slab);
  return `${tensor.dtype} ${tensor.shape.join('×')} ${hash.digest('hex')}`;
}
