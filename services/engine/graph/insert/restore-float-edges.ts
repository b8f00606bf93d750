import type { OnnxGraph, OnnxNode } from '#engine/formats/onnx/model.ts';
import type { FloatEdge } from '../placement/float-edge.ts';
import { viewGraph } from '../view.ts';

/**
 * Takes the Q/DQ back from edges that stay float, then from the other input of an Add where only that one input would
 * be quantized while another reader has the same tensor in float. Source: `remove_partial_input_qdq`,
 * modelopt/onnx/quantization/graph_utils.py. Only a source's first output counts, as there.
 */
export function restoreFloatEdges(graph: OnnxGraph, edges: readonly FloatEdge[]): OnnxGraph {
  const view = viewGraph(graph);
  const nodes = new Map(graph.nodes.map((node) => [node.name, node]));
  const inputs = new Map(graph.nodes.map((node) => [node.name, [...node.inputs]]));
  const replaceFirst = (node: string, from: string, to: string) => {
    const list = inputs.get(node);
    const index = list?.indexOf(from) ?? -1;
    if (list && index >= 0) list[index] = to;
  };

  for (const { source, target } of edges) {
    const tensor = nodes.get(source.name)?.outputs[0] ?? '';
    const dequantize = dequantizeAfter(view.consumers(tensor)[0], view.consumers);
    if (dequantize) replaceFirst(target.name, dequantize.outputs[0] ?? '', tensor);
  }

  const floatTensors = new Set(edges.map((edge) => edge.tensor));
  for (const { target } of edges) {
    if (target.op !== 'Add') continue;
    for (const tensor of inputs.get(target.name) ?? []) {
      const dequantize = view.producer(tensor);
      const quantize = dequantize?.op === 'DequantizeLinear' ? view.producer(dequantize.inputs[0] ?? '') : undefined;
      const source = view.producer(quantize?.inputs[0] ?? '');
      if (!source) continue;
      const quantizedOutputs = source.outputs.filter((output) => view.consumers(output)[0]?.op === 'QuantizeLinear');
      const [only] = quantizedOutputs;
      if (
        only !== undefined &&
        quantizedOutputs.length === 1 &&
        source.outputs.some((output) => floatTensors.has(output))
      ) {
        replaceFirst(target.name, tensor, only);
      }
    }
  }
  return { ...graph, nodes: graph.nodes.map((node) => ({ ...node, inputs: inputs.get(node.name) ?? node.inputs })) };
}

function dequantizeAfter(
  quantize: OnnxNode | undefined,
  consumers: (tensor: string) => readonly OnnxNode[],
): OnnxNode | null {
  if (!quantize) return null;
  const next = consumers(quantize.outputs[0] ?? '')[0];
  return next?.op === 'DequantizeLinear' ? next : null;
}
