import type { OnnxGraph, OnnxModel, OnnxNode } from '#engine/formats/onnx/model.ts';
import { tensorsRead } from '#engine/formats/onnx/sort-nodes.ts';
import { viewGraph } from '../view.ts';
import { retypePort } from './retype.ts';

/**
 * The model without the QuantizeLinear on graph inputs: those inputs are INT8 or FLOAT8E4M3FN, and whoever feeds them
 * quantizes. An input that a node reads in float as well stays as it is (ModelOpt changes it and leaves that reader
 * with integers). Source: `remove_graph_input_q`, modelopt/onnx/quantization/qdq_utils.py.
 */
export function quantizedInputs(model: OnnxModel): OnnxModel {
  const { graph } = model;
  const view = viewGraph(graph);
  const zeroPoints = new Map(graph.initializers.map(({ name, dtype }) => [name, dtype]));
  const readers = readersOf(graph);
  const sources = new Map<string, string>();
  const inputs = graph.inputs.map((port) => {
    const [quantize, ...others] = readers.get(port.name) ?? [];
    const dtype = quantize?.op === 'QuantizeLinear' ? zeroPoints.get(quantize.inputs[2] ?? '') : null;
    const [quantized = ''] = quantize?.outputs ?? [];
    const isDequantized = view.consumers(quantized).every((node) => node.op === 'DequantizeLinear');
    if (others.length > 0 || (dtype !== 'int8' && dtype !== 'float8_e4m3fn') || !isDequantized) return port;
    sources.set(quantized, port.name);
    return retypePort(port, dtype);
  });
  const nodes = graph.nodes
    .filter((node) => !sources.has(node.outputs[0] ?? ''))
    .map((node) => ({ ...node, inputs: node.inputs.map((input) => sources.get(input) ?? input) }));
  return { ...model, graph: { ...graph, nodes, inputs } };
}

/** Who reads a tensor, subgraphs included; one that reads it twice is there twice. */
function readersOf(graph: OnnxGraph): ReadonlyMap<string, readonly OnnxNode[]> {
  const readers = new Map<string, OnnxNode[]>();
  for (const node of graph.nodes)
    for (const tensor of tensorsRead(node)) {
      const known = readers.get(tensor);
      if (known) known.push(node);
      else readers.set(tensor, [node]);
    }
  return readers;
}
