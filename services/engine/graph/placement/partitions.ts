import type { OnnxNode } from '#engine/formats/onnx/model.ts';
import { isConstantInput, variableInputs } from '../constant-input.ts';
import { findPath } from '../find-path.ts';
import { copyOps, linearOps, pointwiseOps } from '../op-types.ts';
import type { GraphView } from '../view.ts';
import type { BackboneOf } from './fusible-backbone.ts';

/** Nodes that TensorRT will run as one kernel, the one that starts it first. */
export type Partition = readonly [OnnxNode, ...OnnxNode[]];

export type Partitions = {
  /** Around a convolution or matrix product (ModelOpt calls them CASK). */
  readonly linear: readonly Partition[];
  /** Of element-wise nodes alone, and a Resize that reads what a linear partition makes (KGEN). */
  readonly pointwise: readonly Partition[];
  /** Names of all nodes in them, with those that were `taken` before. */
  readonly taken: ReadonlySet<string>;
};

type Growth = {
  readonly view: GraphView;
  readonly taken: Set<string>;
  /** By the name of an Add: its input from the convolution branch. */
  readonly branches: ReadonlyMap<string, string | null>;
  readonly backboneOf: BackboneOf;
};

/**
 * Source: `find_fusible_partitions`, modelopt/onnx/quantization/partitioning.py. The order of nodes decides who gets
 * a node that two partitions could have, and is therefore kept.
 */
export function findPartitions(
  view: GraphView,
  start: Pick<Growth, 'branches' | 'backboneOf'> & { readonly taken: ReadonlySet<string> },
): Partitions {
  const growth: Growth = { ...start, view, taken: new Set(start.taken) };
  const collect = (roots: ReadonlySet<string>): Partition[] => {
    const partitions: Partition[] = [];
    for (const node of view.nodes) {
      if (!roots.has(node.op) || growth.taken.has(node.name)) continue;
      const partition = growPartition(growth, node);
      if (partition) partitions.push(partition);
    }
    return partitions;
  };
  const linear = collect(linearOps);
  const pointwise = collect(pointwiseOps);
  const ends = new Set(linear.map((partition) => (partition.at(-1) ?? partition[0]).outputs[0] ?? ''));
  const resizes = view.nodes.filter((node) => resizeOps.has(node.op) && ends.has(node.inputs[0] ?? ''));
  return { linear, pointwise: [...pointwise, ...resizes.map((node): Partition => [node])], taken: growth.taken };
}

const resizeOps: ReadonlySet<string> = new Set(['Resize', 'Upsample']);
const fusedWithConvolution: ReadonlySet<string> = new Set(['BatchNormalization', 'Relu', 'MaxPool']);

/** Depth first along consumers; null if `root` itself cannot be in a partition. */
function growPartition(growth: Growth, root: OnnxNode): Partition | null {
  const { view, taken } = growth;
  const members: OnnxNode[] = [];
  const position = new Map<string, number>();
  /** A node whose consumers are being looked at: each is judged by what was in the partition when the node came in. */
  const frames: { node: OnnxNode; children: readonly OnnxNode[]; next: number; size: number }[] = [];

  const enter = (node: OnnxNode) => {
    if (node.op === 'Mul' && !isFusibleMul(view, node)) return;
    members.push(node);
    taken.add(node.name);
    for (const output of node.outputs) position.set(output, members.length);
    const ends = node.op === 'Add' && (growth.branches.get(node.name) ?? null) !== null;
    frames.push({ node, children: ends ? [] : view.children(node), next: 0, size: members.length });
  };

  enter(root);
  for (let frame = frames.at(-1); frame; frame = frames.at(-1)) {
    const child = frame.children[frame.next];
    frame.next += 1;
    if (!child) {
      frames.pop();
      continue;
    }
    if (taken.has(child.name)) continue;
    const size = frame.size;
    const inside = (tensor: string) => (position.get(tensor) ?? Number.POSITIVE_INFINITY) <= size;
    if (joins(growth, { node: frame.node, child, inside })) enter(child);
  }
  const [head, ...rest] = members;
  return head ? [head, ...rest] : null;
}

function joins(
  growth: Growth,
  edge: { node: OnnxNode; child: OnnxNode; inside: (tensor: string) => boolean },
): boolean {
  const { view, branches } = growth;
  const { node, child, inside } = edge;
  if (copyOps.has(child.op) || pointwiseOps.has(child.op)) {
    if (child.inputs.every((tensor) => inside(tensor) || isConstantInput(view, tensor))) return true;
  }
  if (fusedWithConvolution.has(child.op) && growth.backboneOf(child)) return true;
  return child.op === 'Add' && branches.get(child.name) === node.outputs[0];
}

const fusibleGates = [
  ['Mul', 'Sigmoid', 'Conv'],
  ['Mul', 'Sigmoid', 'BatchNormalization', 'Conv'],
  ['Mul', 'Sigmoid', 'Add'],
];
const otherGates = [
  ['Mul', 'Sigmoid'],
  ['Mul', 'HardSigmoid'],
];

/** A product of two activations is fused unless it is a gate (SiLU, squeeze-excite) that does not end a convolution. */
function isFusibleMul(view: GraphView, mul: OnnxNode): boolean {
  if (variableInputs(view, mul).length <= 1) return true;
  const follows = (ops: readonly string[]) =>
    findPath(view, mul, { ops, direction: 'backward', wildcards: new Set() }) !== null;
  return fusibleGates.some(follows) || !otherGates.some(follows);
}
