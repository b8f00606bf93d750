import { findAttribute, intsAttribute } from '#engine/formats/onnx/attribute.ts';
import { decodeTensor } from '#engine/formats/onnx/decode.ts';
import type { OnnxNode, OnnxTensor } from '#engine/formats/onnx/model.ts';
import { tensorsRead } from '#engine/formats/onnx/sort-nodes.ts';
import { makeTensor } from '#engine/formats/onnx/tensor.ts';
import type { GraphView } from '../view.ts';

export type Constants = {
  /** The values of a tensor that an initializer or a Constant node holds, also behind Identity. */
  find(tensor: string): OnnxTensor | null;
  /** Whether it is the same for every sample: computed from nothing but constants. */
  isConstant(tensor: string): boolean;
};

export function findConstants({ graph, producer }: GraphView): Constants {
  const initializers = new Map(graph.initializers.map((tensor) => [tensor.name, tensor]));
  const constant = new Set(initializers.keys());
  for (const node of graph.nodes) {
    if (!sources.has(node.op) && tensorsRead(node).every((tensor) => constant.has(tensor)))
      for (const output of node.outputs) constant.add(output);
  }
  return {
    isConstant: (tensor) => constant.has(tensor),
    find(tensor) {
      for (let name = tensor; ; ) {
        const initializer = initializers.get(name);
        if (initializer) return initializer;
        const node = producer(name);
        if (node?.op === 'Constant') return constantValue(node);
        if (node?.op !== 'Identity') return null;
        name = node.inputs[0] ?? '';
      }
    },
  };
}

/** Make another value each time, whatever they read. */
const sources = new Set(
  'RandomNormal RandomNormalLike RandomUniform RandomUniformLike Multinomial Bernoulli'.split(' '),
);

function constantValue(node: OnnxNode): OnnxTensor | null {
  const name = node.outputs[0] ?? '';
  const tensor = findAttribute(node, 'value')?.t;
  if (tensor) return { ...decodeTensor(tensor), name };
  const one = findAttribute(node, 'value_float')?.f;
  const list = findAttribute(node, 'value_floats')?.floats;
  if (typeof one === 'number') return floats(name, [], [one]);
  return list ? floats(name, [list.length], list) : null;
}

function floats(name: string, shape: readonly number[], values: readonly number[]): OnnxTensor {
  return makeTensor({ name, dtype: 'float32', shape }, new Uint8Array(Float32Array.from(values).buffer));
}

/** How a Transpose orders the axes of its input, which has `rank`; the reverse by default. */
export function permutation(node: OnnxNode, rank: number): readonly number[] {
  return intsAttribute(node, 'perm') ?? Array.from({ length: rank }, (_, axis) => rank - 1 - axis);
}
