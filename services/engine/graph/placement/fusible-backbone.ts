import type { OnnxNode } from '#engine/formats/onnx/model.ts';
import { pathFinder } from '../find-path.ts';
import { copyOps } from '../op-types.ts';
import type { GraphView } from '../view.ts';

/** What TensorRT fuses into a convolution before it, seen from the last node backwards. */
const fusedAfterConvolution = [
  ['BiasAdd', 'ConstMul'],
  ['Relu', 'BiasAdd', 'ConstMul'],
  ['BatchNormalization', 'BiasAdd'],
  ['Relu', 'BatchNormalization', 'BiasAdd'],
  ['MaxPool', 'Relu', 'BatchNormalization', 'BiasAdd'],
  ['Mul', 'Sigmoid', 'BatchNormalization'],
] as const;

const chains = ['Conv', 'ConvTranspose'].flatMap((convolution) =>
  fusedAfterConvolution.map((ops) => [...ops, convolution]),
);

/** Tells the convolution that a node would be fused into, or null. */
export type BackboneOf = (node: OnnxNode) => OnnxNode | null;

export function backboneFinder(view: GraphView): BackboneOf {
  const finders = chains.map((ops) => pathFinder(view, { ops, direction: 'backward', wildcards: copyOps }));
  const nearest = nearestConvolutions(view);
  return (node) => (finders.some((find) => find(node) !== null) ? (nearest.get(node) ?? null) : null);
}

/** For every node, what a walk backwards finds first, depth first over inputs in their order, as the original walks. */
function nearestConvolutions(view: GraphView): ReadonlyMap<OnnxNode, OnnxNode> {
  const nearest = new Map<OnnxNode, OnnxNode>();
  for (const node of view.nodes) {
    const isConvolution = node.op === 'Conv' || node.op === 'ConvTranspose';
    const found = isConvolution ? node : view.parents(node).find((parent) => nearest.has(parent));
    if (found) nearest.set(node, nearest.get(found) ?? found);
  }
  return nearest;
}
