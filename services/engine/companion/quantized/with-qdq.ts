import { makeInt } from '../../formats/onnx/attribute.ts';
import type { OnnxModel, OnnxNode, OnnxTensor } from '../../formats/onnx/model.ts';
import { makeTensor } from '../../formats/onnx/tensor.ts';
import { freshNames } from '../../graph/fresh-names.ts';
import type { InputFormat } from '../input-quantizer.ts';

/** A QuantizeLinear and its DequantizeLinear on the way from a tensor to some of those that read it. */
export type QdqPair = {
  /** What the nodes are called after: the quantizer that they stand for. */
  readonly name: string;
  readonly tensor: string;
  /** Indices of nodes and of their inputs; other readers of the tensor keep seeing it as it is. */
  readonly reads: readonly NodeRead[];
  readonly format: InputFormat;
  /** One, or one for each index of `axis`. */
  readonly scales: Float32Array;
  readonly axis: number | null;
  /** What the tensor's last axis is multiplied with before; null: nothing. */
  readonly preScale: Float32Array | null;
};

export type NodeRead = { readonly node: number; readonly input: number };

/**
 * The graph with the pairs in it, zero points 0, each in front of the first node that reads through it. Pairs that do
 * the same to one tensor become one, which has the name of the first. FP8 needs opset 19.
 */
export function withQdq(model: OnnxModel, pairs: readonly QdqPair[]): OnnxModel {
  const { graph } = model;
  const freshName = freshNames(graph);
  const before = new Map<number, OnnxNode[]>();
  const reads = new Map<string, string>();
  const constants: OnnxTensor[] = [];
  for (const pair of merged(pairs)) {
    const made = pairNodes(pair, freshName);
    const first = Math.min(...pair.reads.map(({ node }) => node));
    before.set(first, [...(before.get(first) ?? []), ...made.nodes]);
    constants.push(...made.constants);
    for (const { node, input } of pair.reads) reads.set(`${node}/${input}`, made.output);
  }
  const nodes = graph.nodes.flatMap((node, index): OnnxNode[] => [
    ...(before.get(index) ?? []),
    { ...node, inputs: node.inputs.map((name, input) => reads.get(`${index}/${input}`) ?? name) },
  ]);
  return { ...model, graph: { ...graph, nodes, initializers: [...graph.initializers, ...constants] } };
}

function merged(pairs: readonly QdqPair[]): readonly QdqPair[] {
  const byEffect = new Map<string, QdqPair>();
  for (const pair of pairs.filter(({ reads }) => reads.length > 0)) {
    const { tensor, format, axis, scales, preScale } = pair;
    const key = JSON.stringify([tensor, format, axis, [...scales], preScale && [...preScale]]);
    const same = byEffect.get(key);
    byEffect.set(key, same ? { ...same, reads: [...same.reads, ...pair.reads] } : pair);
  }
  return [...byEffect.values()];
}

type Made = {
  readonly nodes: readonly OnnxNode[];
  readonly constants: readonly OnnxTensor[];
  readonly output: string;
};

function pairNodes(pair: QdqPair, freshName: (wish: string) => string): Made {
  const { tensor, format, scales, axis, preScale } = pair;
  const name = (part: string) => freshName(`${pair.name}/${part}`);
  const [scale, zeroPoint] = [name('scale'), name('zero_point')];
  const shape = axis === null ? [] : [scales.length];
  const attributes = axis === null ? [] : [makeInt('axis', axis)];
  const node = (op: string, inputs: readonly string[]): OnnxNode => {
    const made = name(op);
    return { name: made, op, domain: '', inputs, outputs: [made], attributes: [], rest: {} };
  };
  const smooth = preScale ? floats(name('pre_quant_scale'), preScale, [preScale.length]) : null;
  const multiplied = smooth ? node('Mul', [tensor, smooth.name]) : null;
  const quantize = node('QuantizeLinear', [multiplied?.outputs[0] ?? tensor, scale, zeroPoint]);
  const dequantize = node('DequantizeLinear', [quantize.outputs[0] ?? '', scale, zeroPoint]);
  return {
    nodes: [...(multiplied ? [multiplied] : []), { ...quantize, attributes }, { ...dequantize, attributes }],
    constants: [
      ...(smooth ? [smooth] : []),
      floats(scale, scales, shape),
      makeTensor({ name: zeroPoint, dtype: storage[format], shape }, new Uint8Array(scales.length)),
    ],
    output: dequantize.outputs[0] ?? '',
  };
}

const storage = { int8: 'int8', fp8_e4m3fn: 'float8_e4m3fn' } as const satisfies Record<InputFormat, string>;

function floats(name: string, values: Float32Array, shape: readonly number[]): OnnxTensor {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return makeTensor({ name, dtype: 'float32', shape }, bytes);
}
