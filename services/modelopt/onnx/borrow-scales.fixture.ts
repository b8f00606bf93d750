import type { OnnxModel } from '#engine/formats/onnx/model.ts';
import { makeTensor } from '#engine/formats/onnx/tensor.ts';
import type { QdqPair } from './describe-qdq.fixture.ts';

/** The model with the Q/DQ pairs of these tensors as another has them. */
export function withPairsOf(other: OnnxModel, tensors: readonly string[], model: OnnxModel): OnnxModel {
  const names = new Set(
    tensors.flatMap((tensor) =>
      ['scale', 'zero_point', 'QuantizeLinear', 'DequantizeLinear'].map((part) => `${tensor}_${part}`),
    ),
  );
  const swap = <T extends { readonly name: string }>(own: readonly T[], theirs: readonly T[]): readonly T[] =>
    own.map((one) => (names.has(one.name) ? (theirs.find(({ name }) => name === one.name) ?? one) : one));
  const { graph } = model;
  return {
    ...model,
    graph: {
      ...graph,
      nodes: swap(graph.nodes, other.graph.nodes),
      initializers: swap(graph.initializers, other.graph.initializers),
    },
  };
}

/** The model with the scales of activations in float32 that a description has. */
export function withScales(model: OnnxModel, pairs: readonly QdqPair[]): OnnxModel {
  const bits = new Map(pairs.map(({ tensor, weight, scale }) => [tensor, weight ? null : scale] as const));
  const scaled = new Map(
    model.graph.nodes
      .filter(({ op }) => op === 'QuantizeLinear')
      .map(({ inputs: [tensor = '', scale = ''] }) => [scale, bits.get(tensor)] as const),
  );
  const initializers = model.graph.initializers.map((tensor) => {
    const scale = scaled.get(tensor.name);
    if (typeof scale !== 'string') return tensor;
    return makeTensor({ ...tensor, dtype: 'float32' }, new Uint8Array(Buffer.from(scale, 'hex').reverse()));
  });
  return { ...model, graph: { ...model.graph, initializers } };
}
