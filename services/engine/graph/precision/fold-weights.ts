import { intAttribute } from '#engine/formats/onnx/attribute.ts';
import type { OnnxModel, OnnxNode, OnnxTensor } from '#engine/formats/onnx/model.ts';
import { renameTensor } from '#engine/formats/onnx/tensor.ts';
import { countReads } from '../count-reads.ts';
import { freshNames } from '../fresh-names.ts';
import { linearOps } from '../op-types.ts';
import { type GraphView, viewGraph } from '../view.ts';
import { floatsOf, mapFloats } from './convert-tensor.ts';
import { type FoldedDtype, foldArithmetic, isFoldable } from './fold-arithmetic.ts';

/**
 * The model with the weights of Conv, ConvTranspose, Gemm and MatMul stored as INT8 or FLOAT8E4M3FN, read by their
 * DequantizeLinear; the QuantizeLinear that did it at run time is gone. Activations keep their pairs, and so does a
 * weight that other operators read. Source: `qdq_to_dq`, modelopt/onnx/quantization/qdq_utils.py, which fails on such a
 * weight, and on one with a single scale.
 */
export function foldWeights(model: OnnxModel): OnnxModel {
  const { graph } = model;
  const view = viewGraph(graph);
  const initializers = new Map(graph.initializers.map((tensor) => [tensor.name, tensor]));
  const reads = countReads(graph);
  const freshName = freshNames(graph);
  const folded = new Map<OnnxNode, OnnxTensor>();
  for (const node of graph.nodes) {
    if (node.op !== 'QuantizeLinear' || !feedsLinear(view, node) || isReadElsewhere(view, node, reads)) continue;
    const weight = foldedWeight(node, initializers);
    if (!weight) continue;
    const isOnlyReader = reads.get(weight.name) === 1;
    folded.set(node, isOnlyReader ? weight : renameTensor(weight, freshName(`${weight.name}_quantized`)));
  }

  const sources = new Map([...folded].map(([node, weight]) => [node.outputs[0] ?? '', weight.name]));
  const replaced = new Map([...folded.values()].map((weight) => [weight.name, weight]));
  const added = [...replaced.values()].filter(({ name }) => !initializers.has(name));
  return {
    ...model,
    graph: {
      ...graph,
      nodes: graph.nodes
        .filter((node) => !folded.has(node))
        .map((node) => ({ ...node, inputs: node.inputs.map((input) => sources.get(input) ?? input) })),
      initializers: [...graph.initializers.map((tensor) => replaced.get(tensor.name) ?? tensor), ...added],
    },
  };
}

/** Whether all that is done with a quantized tensor is to dequantize it for these operators, Casts aside. */
function feedsLinear(view: GraphView, quantize: OnnxNode): boolean {
  const dequantizes = view.children(quantize);
  return (
    dequantizes.length > 0 && dequantizes.every((node) => node.op === 'DequantizeLinear' && isForLinear(view, node))
  );
}

/** By a subgraph, or as an output of the graph: both need the tensor under its name. */
function isReadElsewhere(view: GraphView, { outputs }: OnnxNode, reads: ReadonlyMap<string, number>): boolean {
  return outputs.some((tensor) => reads.get(tensor) !== view.consumers(tensor).length);
}

function isForLinear(view: GraphView, node: OnnxNode): boolean {
  const readers = view.children(node).flatMap((reader) => (reader.op === 'Cast' ? view.children(reader) : [reader]));
  return readers.length > 0 && readers.every((reader) => linearOps.has(reader.op));
}

function foldedWeight(quantize: OnnxNode, initializers: ReadonlyMap<string, OnnxTensor>): OnnxTensor | null {
  const [weight, scale, zeroPoint] = quantize.inputs.map((input) => initializers.get(input));
  const to = zeroPoint?.dtype ?? null;
  if (!weight || !scale || !isFoldable(weight.dtype) || weight.dtype !== scale.dtype || !isFolded(to)) return null;
  const scales = floatsOf(scale);
  const inner = elementsPerScale(weight.shape, scales.length === 1 ? null : intAttribute(quantize, 'axis', 1));
  const quantized = foldArithmetic(weight.dtype, to);
  return mapFloats(weight, to, (values, first) => {
    const bytes = new Uint8Array(values.length);
    let channel = Math.floor(first / inner) % scales.length;
    let left = inner - (first % inner);
    for (let i = 0; i < values.length; i++) {
      bytes[i] = quantized(values[i] ?? 0, scales[channel] ?? 0);
      left -= 1;
      if (left > 0) continue;
      left = inner;
      channel = channel + 1 === scales.length ? 0 : channel + 1;
    }
    return bytes;
  });
}

function isFolded(dtype: string | null): dtype is FoldedDtype {
  return dtype === 'int8' || dtype === 'float8_e4m3fn';
}

/** How many neighbours in row-major order share a scale: what lies behind the axis, or everything. */
function elementsPerScale(shape: readonly number[], axis: number | null): number {
  const behind = axis === null ? shape : shape.slice(axis < 0 ? axis + shape.length + 1 : axis + 1);
  return behind.reduce((product, size) => product * size, 1);
}
