import { elementCount } from '../formats/element-count.ts';
import type { OnnxAttribute, OnnxGraph, OnnxModel, OnnxNode } from '../formats/onnx/model.ts';
import { makeTensor } from '../formats/onnx/tensor.ts';

type NodeText = {
  readonly op: string;
  readonly name?: string;
  readonly in: readonly string[];
  readonly out: string;
  readonly attributes?: readonly OnnxAttribute[];
};

/** A graph from a few words: inputs and outputs by name, weights by shape (filled with 0.5, −1, 1.5, −2 …). */
export function smallModel(text: {
  readonly nodes: readonly NodeText[];
  readonly weights?: Readonly<Record<string, readonly number[]>>;
  readonly inputs?: Readonly<Record<string, readonly (number | string)[]>>;
  readonly outputs: readonly string[];
  readonly opset?: number;
}): OnnxModel {
  const port = (name: string, shape: readonly (number | string)[] | null) => ({
    name,
    dtype: 'float32' as const,
    shape,
    proto: {
      name,
      type: { tensorType: { elemType: 1, ...(shape ? { shape: { dim: shape.map(dimension) } } : {}) } },
    },
  });
  const graph: OnnxGraph = {
    name: 'small',
    nodes: text.nodes.map(smallNode),
    initializers: Object.entries(text.weights ?? {}).map(([name, shape]) => {
      const values = Float32Array.from(
        { length: elementCount(shape) },
        (_, i) => ((i % 2 ? -1 : 1) * ((i % 7) + 1)) / 2,
      );
      return makeTensor({ name, dtype: 'float32', shape }, new Uint8Array(values.buffer));
    }),
    inputs: Object.entries(text.inputs ?? { x: [1] }).map(([name, shape]) => port(name, shape)),
    outputs: text.outputs.map((name) => port(name, null)),
    valueInfo: [],
    rest: {},
  };
  return { irVersion: 8, opsets: [{ domain: '', version: text.opset ?? 19 }], graph, rest: {} };
}

function smallNode(text: NodeText): OnnxNode {
  return {
    name: text.name ?? `${text.op}_${text.out}`,
    op: text.op,
    domain: '',
    inputs: text.in,
    outputs: text.out.split(','),
    attributes: text.attributes ?? [],
    rest: {},
  };
}

function dimension(size: number | string) {
  return typeof size === 'number' ? { dimValue: size as never } : { dimParam: size };
}
