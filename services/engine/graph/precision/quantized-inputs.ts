import type { OnnxModel } from '#engine/formats/onnx/model.ts';
import { countReads } from '../count-reads.ts';
import { viewGraph } from '../view.ts';
import { retypePort } from './retype.ts';

/**
 * The model without the QuantizeLinear on graph inputs: those inputs are INT8 or FLOAT8E4M3FN, and whoever feeds them
 * quantizes. An input that is read in float as well, by a node, a subgraph or as an output, stays as it is (ModelOpt
 * changes it and leaves that reader with integers). Source: `remove_graph_input_q`, modelopt/onnx/quantization/qdq_utils.py.
 */
export function quantizedInputs(model: OnnxModel): OnnxModel {
  const { graph } = model;
  const view = viewGraph(graph);
  const zeroPoints = new Map(graph.initializers.map(({ name, dtype }) => [name, dtype]));
  const reads = countReads(graph);
  const sources = new Map<string, string>();
  const inputs = graph.inputs.map((port) => {
    const [quantize] = view.consumers(port.name);
    const dtype = quantize?.op === 'QuantizeLinear' ? zeroPoints.get(quantize.inputs[2] ?? '') : null;
    const [quantized = ''] = quantize?.outputs ?? [];
    const dequantizes = view.consumers(quantized).filter((node) => node.op === 'DequantizeLinear');
    // Subgraphs and the graph's outputs read as well, and need both tensors as they are.
    const isOnlyQuantized = reads.get(port.name) === 1 && reads.get(quantized) === dequantizes.length;
    if (!isOnlyQuantized || (dtype !== 'int8' && dtype !== 'float8_e4m3fn')) return port;
    sources.set(quantized, port.name);
    return retypePort(port, dtype);
  });
  const nodes = graph.nodes
    .filter((node) => !sources.has(node.outputs[0] ?? ''))
    .map((node) => ({ ...node, inputs: node.inputs.map((input) => sources.get(input) ?? input) }));
  return { ...model, graph: { ...graph, nodes, inputs } };
}
