import { makeInt } from '#engine/formats/onnx/attribute.ts';
import type { OnnxGraph, OnnxNode, OnnxTensor } from '#engine/formats/onnx/model.ts';
import { makeTensor } from '#engine/formats/onnx/tensor.ts';
import { numberToFloat16 } from '#engine/numerics/float16.ts';

export type QdqScale = {
  readonly tensor: string;
  /** One for the tensor, or one for each index of `axis`. */
  readonly scales: Float32Array;
  readonly axis: number | null;
  /** The type of the tensor, which is the type of its scale. */
  readonly dtype: 'float32' | 'float16';
};

/**
 * The graph with a QuantizeLinear and a DequantizeLinear on each tensor (int8, zero point 0), which all readers of the
 * tensor then read. Names are ONNX Runtime's. A tensor that is a graph output keeps its name behind the pair, so that
 * the graph's outputs stay. Weights stay float in front of their pair, as TensorRT wants them.
 */
export function insertQdq(graph: OnnxGraph, scales: readonly QdqScale[]): OnnxGraph {
  const outputs = new Set(graph.outputs.map((port) => port.name));
  const quantized = new Map(scales.map((scale) => [scale.tensor, qdqNames(scale.tensor, outputs.has(scale.tensor))]));
  const rewired = graph.nodes.map(
    (node): OnnxNode => ({
      ...node,
      inputs: node.inputs.map((tensor) => quantized.get(tensor)?.dequantized ?? tensor),
      outputs: node.outputs.map((tensor) => quantized.get(tensor)?.source ?? tensor),
    }),
  );
  const pairs = scales.flatMap((scale) => {
    const names = quantized.get(scale.tensor);
    return names ? pair(scale, names) : [];
  });
  return {
    ...graph,
    nodes: [...rewired, ...pairs],
    initializers: [...graph.initializers, ...scales.flatMap(scaleTensors)],
  };
}

type QdqNames = { readonly source: string; readonly dequantized: string };

function qdqNames(tensor: string, isOutput: boolean): QdqNames {
  return isOutput
    ? { source: `${tensor}_QuantizeLinear_Input`, dequantized: tensor }
    : { source: tensor, dequantized: `${tensor}_DequantizeLinear_Output` };
}

function pair({ tensor, axis }: QdqScale, { source, dequantized }: QdqNames): OnnxNode[] {
  const parameters = [`${tensor}_scale`, `${tensor}_zero_point`];
  const attributes = axis === null ? [] : [makeInt('axis', axis)];
  const common = { domain: '', attributes, rest: {} };
  const between = `${tensor}_QuantizeLinear_Output`;
  return [
    {
      ...common,
      name: `${tensor}_QuantizeLinear`,
      op: 'QuantizeLinear',
      inputs: [source, ...parameters],
      outputs: [between],
    },
    {
      ...common,
      name: `${tensor}_DequantizeLinear`,
      op: 'DequantizeLinear',
      inputs: [between, ...parameters],
      outputs: [dequantized],
    },
  ];
}

function scaleTensors({ tensor, scales, axis, dtype }: QdqScale): OnnxTensor[] {
  const shape = axis === null ? [] : [scales.length];
  const values = dtype === 'float16' ? Uint16Array.from(scales, numberToFloat16) : scales;
  return [
    makeTensor({ name: `${tensor}_zero_point`, dtype: 'int8', shape }, new Uint8Array(scales.length)),
    makeTensor(
      { name: `${tensor}_scale`, dtype, shape },
      new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
    ),
  ];
}
