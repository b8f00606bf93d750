import { intAttribute } from '#engine/formats/onnx/attribute.ts';
import type { OnnxModel, OnnxNode, OnnxTensor } from '#engine/formats/onnx/model.ts';
import { tensorInts } from '#engine/formats/onnx/tensor.ts';
import { ints } from './constant-nodes.ts';

/** What is not a number is open. */
export type KnownShapes = ReadonlyMap<string, readonly (number | string | null)[]>;

/**
 * A Shape of a tensor whose dimensions are all fixed becomes a constant, and so does what Gather or Slice take of one
 * that is fixed in those places.
 */
export function foldShapes(model: OnnxModel, shapes: KnownShapes): OnnxModel {
  const { graph } = model;
  const declared = graph.inputs.flatMap(({ name, shape }) => (shape ? [[name, shape] as const] : []));
  const known: KnownShapes = new Map([
    ...declared,
    ...shapes,
    ...graph.initializers.map(({ name, shape }) => [name, shape] as const),
  ]);
  const constants = new Map(graph.initializers.map((tensor) => [tensor.name, tensor]));
  const outputs = new Set(graph.outputs.map(({ name }) => name));
  const vectors = new Map<string, readonly (number | null)[]>();
  const made = new Map<OnnxNode, OnnxTensor>();
  for (const node of graph.nodes) {
    const value = node.domain === '' ? pickerOf(node.op)?.(node, { known, vectors, constants }) : undefined;
    const [output = ''] = node.outputs;
    if (!value) continue;
    const { values, shape } = value;
    if (shape.length === 1) vectors.set(output, values);
    const fixed = values.filter((size) => size !== null);
    if (fixed.length === values.length && !outputs.has(output)) made.set(node, ints(output, shape, fixed));
  }
  if (made.size === 0) return model;
  return {
    ...model,
    graph: {
      ...graph,
      nodes: graph.nodes.filter((node) => !made.has(node)),
      initializers: [...graph.initializers, ...made.values()],
    },
  };
}

type Facts = {
  readonly known: KnownShapes;
  /** Shapes that nodes have made of tensors so far. */
  readonly vectors: ReadonlyMap<string, readonly (number | null)[]>;
  readonly constants: ReadonlyMap<string, OnnxTensor>;
};

type Picked = { readonly values: readonly (number | null)[]; readonly shape: readonly number[] };

type Picker = (node: OnnxNode, facts: Facts) => Picked | undefined;

/** Operators have their names from a file: one that is called `constructor` is no picker. */
function pickerOf(op: string): Picker | undefined {
  return Object.hasOwn(pickers, op) ? pickers[op] : undefined;
}

const pickers: Readonly<Record<string, Picker>> = {
  Shape(node, { known }) {
    const shape = known.get(node.inputs[0] ?? '');
    if (!shape) return undefined;
    const [start, end] = [intAttribute(node, 'start', 0), intAttribute(node, 'end', shape.length)];
    const values = shape.slice(start, end).map((size) => (typeof size === 'number' ? size : null));
    return { values, shape: [values.length] };
  },
  Gather(node, { vectors, constants }) {
    const vector = vectors.get(node.inputs[0] ?? '');
    const indices = constants.get(node.inputs[1] ?? '');
    if (!vector || !indices || indices.shape.length > 1 || intAttribute(node, 'axis', 0) !== 0) return undefined;
    const values = tensorInts(indices).map((index) => vector.at(index) ?? null);
    return { values, shape: indices.shape };
  },
  Slice(node, { vectors, constants }) {
    const vector = vectors.get(node.inputs[0] ?? '');
    const bounds = [1, 2, 4].map((index) => {
      const tensor = constants.get(node.inputs[index] ?? '');
      return tensor ? tensorInts(tensor)[0] : undefined;
    });
    const [start, end, step = 1] = bounds;
    if (!vector || start === undefined || end === undefined || step !== 1) return undefined;
    const values = vector.slice(start, end);
    return { values, shape: [values.length] };
  },
};
