import type { OnnxNode } from '#engine/formats/onnx/model.ts';
import { isConstantInput } from '../constant-input.ts';
import { linearOps } from '../op-types.ts';
import type { GraphView } from '../view.ts';
import type { FloatEdge } from './float-edge.ts';
import type { Partition } from './partitions.ts';

/**
 * Nodes whose inputs all come from outside their partition, and edges inside partitions that end in a node which
 * reads from outside too (a residual Add): those nodes are quantized, those edges stay float.
 * Source: `classify_partition_nodes`, modelopt/onnx/quantization/graph_utils.py.
 */
export function partitionInputs(
  view: GraphView,
  partitions: readonly Partition[],
): { nodes: readonly OnnxNode[]; floatEdges: readonly FloatEdge[] } {
  const nodes: OnnxNode[] = [];
  const floatEdges: FloatEdge[] = [];
  for (const partition of partitions) {
    const made = new Set(partition.flatMap((node) => node.outputs));
    for (const node of partition) {
      const variable = node.inputs.filter((tensor) => !isConstantInput(view, tensor));
      const inner = variable.filter((tensor) => made.has(tensor));
      if (inner.length === variable.length) continue;
      if (inner.length === 0) nodes.push(node);
      else floatEdges.push(...edgesInto(view, node, inner));
    }
  }
  return { nodes, floatEdges };
}

/** Inputs of weighted nodes that are left out altogether. Source: `classify_partially_quantized_weighted_ops`. */
export function inputsOfExcluded(view: GraphView, excluded: ReadonlySet<string>): readonly FloatEdge[] {
  return view.nodes
    .filter((node) => excluded.has(node.name) && linearOps.has(node.op))
    .flatMap((node) => edgesInto(view, node, node.inputs));
}

function edgesInto(view: GraphView, target: OnnxNode, tensors: readonly string[]): FloatEdge[] {
  return tensors.flatMap((tensor) => {
    const source = view.producer(tensor);
    return source ? [{ source, target, tensor }] : [];
  });
}
