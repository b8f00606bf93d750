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
  return (node) => (finders.some((find) => find(node) !== null) ? nearestConvolution(view, node) : null);
}

/** Depth first over inputs in their order, as the original walks. */
function nearestConvolution(view: GraphView, start: OnnxNode): OnnxNode | null {
  const seen = new Set<OnnxNode>();
  const stack = [start];
  for (let node = stack.pop(); node; node = stack.pop()) {
    if (seen.has(node)) continue;
    seen.add(node);
    if (node.op === 'Conv' || node.op === 'ConvTranspose') return node;
    for (const parent of view.parents(node).toReversed()) stack.push(parent);
  }
  return null;
}
