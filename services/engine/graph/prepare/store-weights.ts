import { findAttribute, intsAttribute } from '#engine/formats/onnx/attribute.ts';
import { decodeTensor } from '#engine/formats/onnx/decode.ts';
import type { OnnxModel, OnnxNode, OnnxTensor } from '#engine/formats/onnx/model.ts';
import { renameTensor } from '#engine/formats/onnx/tensor.ts';
import { removeUnused } from '../insert/remove-unused.ts';
import { linearOps } from '../op-types.ts';
import { type GraphView, viewGraph } from '../view.ts';
import { permuteTensor } from './permute-tensor.ts';

/** A weight that stood behind nodes and is now an initializer: `node` reads it as `weight`; `behind` names the operators. */
export type StoredWeight = { readonly node: string; readonly weight: string; readonly behind: readonly string[] };

/**
 * Weights of convolutions and matrix products that a Constant node holds, or that are a stored tensor behind Identity
 * and Transpose, become initializers, transposed where they were: only those have scales for channels and can be folded.
 */
export function storeWeights(model: OnnxModel): {
  readonly model: OnnxModel;
  readonly stored: readonly StoredWeight[];
} {
  const view = viewGraph(model.graph);
  const initializers = new Map(model.graph.initializers.map((tensor) => [tensor.name, tensor]));
  const made = new Map<string, OnnxTensor>();
  const stored: StoredWeight[] = [];
  for (const node of model.graph.nodes) {
    for (const tensor of weightInputs(node)) {
      const found =
        initializers.has(tensor) || view.outputs.has(tensor) ? null : constantBehind(view, tensor, initializers);
      if (!found || !isWeight(found.tensor)) continue;
      const order = orderOf(found.permutations, found.tensor.shape.length);
      if (!made.has(tensor)) made.set(tensor, renameTensor(permuteTensor(found.tensor, order), tensor));
      stored.push({ node: node.name, weight: tensor, behind: found.behind });
    }
  }
  if (stored.length === 0) return { model, stored };
  const nodes = model.graph.nodes.filter((node) => !node.outputs.some((tensor) => made.has(tensor)));
  const graph = { ...model.graph, nodes, initializers: [...model.graph.initializers, ...made.values()] };
  return { model: { ...model, graph: removeUnused(graph) }, stored };
}

function weightInputs(node: OnnxNode): readonly string[] {
  if (!linearOps.has(node.op) || node.domain !== '') return [];
  return node.op === 'MatMul' ? node.inputs.slice(0, 2) : node.inputs.slice(1, 2);
}

function isWeight({ dtype, shape }: OnnxTensor): boolean {
  return (dtype === 'float32' || dtype === 'float16') && shape.length >= 2;
}

type Constant = {
  readonly tensor: OnnxTensor;
  /** In the order in which they are applied. */
  readonly permutations: readonly (readonly number[])[];
  readonly behind: readonly string[];
};

function constantBehind(
  view: GraphView,
  tensor: string,
  initializers: ReadonlyMap<string, OnnxTensor>,
): Constant | null {
  const permutations: (readonly number[])[] = [];
  const behind: string[] = [];
  for (let current = tensor; ; ) {
    const initializer = initializers.get(current);
    if (initializer) return { tensor: initializer, permutations: permutations.toReversed(), behind };
    const producer = view.producer(current);
    if (producer?.domain !== '') return null;
    behind.push(producer.op);
    if (producer.op === 'Constant') {
      const value = findAttribute(producer, 'value')?.t;
      return value ? { tensor: decodeTensor(value), permutations: permutations.toReversed(), behind } : null;
    }
    if (producer.op !== 'Identity' && producer.op !== 'Transpose') return null;
    if (producer.op === 'Transpose') permutations.push(intsAttribute(producer, 'perm') ?? []);
    current = producer.inputs[0] ?? '';
  }
}

/** Of several permutations, one after the other. An empty one reverses the dimensions, as ONNX has it. */
function orderOf(permutations: Constant['permutations'], rank: number): readonly number[] {
  const unchanged = Array.from({ length: rank }, (_, axis) => axis);
  return permutations.reduce((order, given) => {
    const next = given.length === rank ? given : unchanged.toReversed();
    return next.map((axis) => order[axis] ?? 0);
  }, unchanged);
}
