import type { OnnxGraph, OnnxNode } from '#engine/formats/onnx/model.ts';
import { viewGraph } from '../view.ts';

/**
 * The graph in which Q/DQ pairs have been put, with those nodes of it that are `kept` reading what stands before each
 * such pair: a tensor that is quantized for others stays float for them. Pairs of `original` itself stay.
 */
export function keepFloatInputs(
  placed: OnnxGraph,
  { original, isKept }: { readonly original: OnnxGraph; readonly isKept: (node: OnnxNode) => boolean },
): OnnxGraph {
  const given = new Set(original.nodes.flatMap(({ outputs }) => outputs));
  const { producer } = viewGraph(placed);
  const floatOf = (tensor: string): string => {
    const dequantize = producer(tensor);
    const quantize = dequantize?.op === 'DequantizeLinear' ? producer(dequantize.inputs[0] ?? '') : undefined;
    if (quantize?.op !== 'QuantizeLinear' || given.has(quantize.outputs[0] ?? '')) return tensor;
    return quantize.inputs[0] ?? tensor;
  };
  return {
    ...placed,
    nodes: placed.nodes.map((node) => (isKept(node) ? { ...node, inputs: node.inputs.map(floatOf) } : node)),
  };
}
