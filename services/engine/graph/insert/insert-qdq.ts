import { makeInt } from '#engine/formats/onnx/attribute.ts';
import type { OnnxGraph, OnnxNode, OnnxTensor } from '#engine/formats/onnx/model.ts';
import { makeTensor } from '#engine/formats/onnx/tensor.ts';
import { numberToFloat16 } from '#engine/numerics/float16.ts';
import { freshNames } from '../fresh-names.ts';

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
 * tensor then read. Names are ONNX Runtime's, with a number where the graph has such a name already. A tensor that is a graph output keeps its name behind the pair, so that
 * the graph's outputs stay. Weights stay float in front of their pair, as TensorRT wants them.
 */
export function insertQdq(graph: OnnxGraph, scales: readonly QdqScale[]): OnnxGraph {
  const outputs = new Set(graph.outputs.map((port) => port.name));
  const freshName = freshNames(graph);
  const quantized = new Map(
    scales.map(({ tensor }) => [tensor, qdqNames(tensor, { isOutput: outputs.has(tensor), freshName })]),
  );
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
    initializers: [
      ...graph.initializers,
      ...scales.flatMap((scale) => {
        const names = quantized.get(scale.tensor);
        return names ? scaleTensors(scale, names) : [];
      }),
    ],
  };
}

/** Tensors of a pair, in the order in which they are made. */
type QdqNames = {
  readonly source: string;
  readonly scale: string;
  readonly zeroPoint: string;
  readonly between: string;
  readonly dequantized: string;
};

function qdqNames(
  tensor: string,
  { isOutput, freshName }: { readonly isOutput: boolean; readonly freshName: (wish: string) => string },
): QdqNames {
  return {
    source: isOutput ? freshName(`${tensor}_QuantizeLinear_Input`) : tensor,
    scale: freshName(`${tensor}_scale`),
    zeroPoint: freshName(`${tensor}_zero_point`),
    between: freshName(`${tensor}_QuantizeLinear_Output`),
    dequantized: isOutput ? tensor : freshName(`${tensor}_DequantizeLinear_Output`),
  };
}

function pair({ tensor, axis }: QdqScale, { source, scale, zeroPoint, between, dequantized }: QdqNames): OnnxNode[] {
  const attributes = axis === null ? [] : [makeInt('axis', axis)];
  const common = { domain: '', attributes, rest: {} };
  return [
    {
      ...common,
      name: `${tensor}_QuantizeLinear`,
      op: 'QuantizeLinear',
      inputs: [source, scale, zeroPoint],
      outputs: [between],
    },
    {
      ...common,
      name: `${tensor}_DequantizeLinear`,
      op: 'DequantizeLinear',
      inputs: [between, scale, zeroPoint],
      outputs: [dequantized],
    },
  ];
}

function scaleTensors({ scales, axis, dtype }: QdqScale, names: QdqNames): OnnxTensor[] {
  const shape = axis === null ? [] : [scales.length];
  const values = dtype === 'float16' ? Uint16Array.from(scales, numberToFloat16) : scales;
  return [
    makeTensor({ name: names.zeroPoint, dtype: 'int8', shape }, new Uint8Array(scales.length)),
    makeTensor(
      { name: names.scale, dtype, shape },
      new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
    ),
  ];
}
