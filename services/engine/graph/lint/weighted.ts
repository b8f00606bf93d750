import { intAttribute } from '#engine/formats/onnx/attribute.ts';
import type { OnnxNode, OnnxTensor } from '#engine/formats/onnx/model.ts';
import { linearOps } from '../op-types.ts';
import { permutation } from './constants.ts';
import { movesAndCasts, type Qdq } from './qdq.ts';
import type { Subject } from './subject.ts';

/** A Conv, ConvTranspose, Gemm or MatMul with a constant weight. */
export type Weighted = {
  readonly node: OnnxNode;
  readonly activation: { readonly tensor: string; readonly dq: Qdq | undefined };
  readonly weight: Weight;
};

export type Weight = {
  readonly tensor: string;
  readonly dq: Qdq | undefined;
  /** What is stored; null if it is computed. */
  readonly stored: OnnxTensor | null;
  /** The stored shape as the operator sees it; null if unknown. */
  readonly shape: readonly number[] | null;
  /** The axis of the scales as the operator sees it: null if there is none, undefined if it cannot be told. */
  readonly axis: number | null | undefined;
};

type Facts = Omit<Subject, 'weighted'>;

export function findWeighted(facts: Facts): readonly Weighted[] {
  return facts.view.graph.nodes.flatMap((node) => {
    const at = linearOps.has(node.op) && node.domain === '' ? weightInput(node, facts) : null;
    if (at === null) return [];
    const activation = node.inputs[1 - at] ?? '';
    return [
      {
        node,
        activation: { tensor: activation, dq: facts.dequantizer(activation) },
        weight: findWeight(node.inputs[at] ?? '', facts),
      },
    ];
  });
}

function weightInput(node: OnnxNode, { constants }: Facts): 0 | 1 | null {
  const [first, second] = [0, 1].map((index) => constants.isConstant(node.inputs[index] ?? ''));
  if (first === second) return null;
  if (second) return 1;
  return node.op === 'MatMul' ? 0 : null;
}

function findWeight(tensor: string, { view, constants, of }: Facts): Weight {
  const [moved, from] = walkBack(tensor, (node) => view.producer(node));
  const found = of(view.producer(from));
  const dq = found?.isQuantize ? undefined : found;
  const quantizer = dq ? of(view.producer(dq.data)) : undefined;
  const stored = constants.find(dq ? (quantizer?.data ?? dq.data) : from);
  const order = stored && stored.shape.length > 0 ? axesSeen(stored.shape.length, moved) : null;
  return {
    tensor,
    dq,
    stored,
    shape: stored && order ? order.map((axis) => stored.shape[axis] ?? 0) : null,
    axis: axisSeen(dq, stored, order),
  };
}

/** The nodes that move a tensor, last first, and what the first of them reads. */
function walkBack(
  tensor: string,
  producer: (tensor: string) => OnnxNode | undefined,
): [moved: readonly OnnxNode[], from: string] {
  const moved: OnnxNode[] = [];
  let name = tensor;
  for (let node = producer(name); node && movesAndCasts.has(node.op); node = producer(name)) {
    moved.push(node);
    name = node.inputs[0] ?? '';
  }
  return [moved, name];
}

/** Which stored axis the operator sees at each place; null where something else than a Transpose is on the way. */
function axesSeen(rank: number, moved: readonly OnnxNode[]): readonly number[] | null {
  let axes = Array.from({ length: rank }, (_, axis) => axis);
  for (const node of [...moved].reverse()) {
    if (node.op === 'Identity' || node.op === 'Cast') continue;
    if (node.op !== 'Transpose') return null;
    const before = axes;
    axes = permutation(node, rank).map((axis) => before[axis] ?? axis);
  }
  return axes;
}

function axisSeen(
  dq: Qdq | undefined,
  stored: OnnxTensor | null,
  order: readonly number[] | null,
): number | null | undefined {
  if (!dq?.scale || dq.scaleSize === null) return undefined;
  if (dq.scaleSize === 1) return null;
  if (dq.axis === null || !stored || !order || dq.scale.shape.length !== 1) return undefined;
  const seen = order.indexOf(dq.axis < 0 ? dq.axis + stored.shape.length : dq.axis);
  return seen < 0 ? undefined : seen;
}

/** The axis of the output channels in a weight of this rank. */
export function outputAxis({ node, weight }: Weighted): number | null {
  const rank = weight.shape?.length ?? 0;
  if (rank === 0) return null;
  if (node.op === 'Conv') return 0;
  if (node.op === 'ConvTranspose') return 1;
  if (node.op === 'Gemm') return intAttribute(node, 'transB', 0) === 0 ? 1 : 0;
  return node.inputs[0] === weight.tensor ? Math.max(0, rank - 2) : rank - 1;
}
