import { findAttribute } from '#engine/formats/onnx/attribute.ts';
import type { OnnxGraph, OnnxNode } from '#engine/formats/onnx/model.ts';

/** The quantized Gemms whose stored bias is scaled by a beta other than 1. */
export function scaledBiases(graph: OnnxGraph, quantized: ReadonlySet<string>): readonly OnnxNode[] {
  const stored = new Set(graph.initializers.map((tensor) => tensor.name));
  return graph.nodes.filter(
    (node) =>
      node.op === 'Gemm' &&
      quantized.has(node.name) &&
      stored.has(node.inputs[2] ?? '') &&
      (findAttribute(node, 'beta')?.f ?? 1) !== 1,
  );
}

/** The graph with their beta 1, which changes what they compute: ONNX Runtime expects to quantize the bias, and does not. */
export function withoutBetas(graph: OnnxGraph, quantized: ReadonlySet<string>): OnnxGraph {
  const changed = new Set(scaledBiases(graph, quantized));
  return {
    ...graph,
    nodes: graph.nodes.map((node) =>
      changed.has(node)
        ? {
            ...node,
            attributes: node.attributes.map((attribute) =>
              attribute.name === 'beta' ? { ...attribute, f: 1 } : attribute,
            ),
          }
        : node,
    ),
  };
}
