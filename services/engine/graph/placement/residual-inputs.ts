import type { OnnxNode } from '#engine/formats/onnx/model.ts';
import { hasConstantInput } from '../constant-input.ts';
import type { GraphView } from '../view.ts';
import { fusibleBackbone } from './fusible-backbone.ts';

/**
 * For each Add by name, the input that comes from the convolution branch (the other one is the skip connection),
 * or null if the Add joins no such branches. TensorRT fuses the Add into that convolution, so that input stays float.
 * Source: `build_non_residual_input_map`, modelopt/onnx/quantization/graph_utils.py.
 */
export function convolutionBranches(view: GraphView): ReadonlyMap<string, string | null> {
  const adds = view.nodes.filter((node) => node.op === 'Add');
  return new Map(adds.map((node) => [node.name, convolutionBranch(view, node)]));
}

function convolutionBranch(view: GraphView, add: OnnxNode): string | null {
  const [left = '', right = ''] = add.inputs;
  const makers = [view.producer(left), view.producer(right)] as const;
  if (hasConstantInput(view, add) || !makers[0] || !makers[1]) return null;
  const backbones = [fusibleBackbone(view, makers[0]), fusibleBackbone(view, makers[1])] as const;
  const backbone = backbones[0] ?? backbones[1];
  if (!backbone || backbones[0] === backbones[1]) return null;
  const common = lowestCommonAncestor(view, makers[0], makers[1]);
  if (backbones[0] && backbones[1]) return common && common.distances[0] > common.distances[1] ? left : right;
  // Both operands come from the one convolution (ConvNeXt): there is no skip connection around it.
  if (common?.node === backbone) return null;
  return backbones[0] ? left : right;
}

/** The nearest node, seen from `a`, that both descend from, with the distances at which a depth-first walk meets it. */
function lowestCommonAncestor(
  view: GraphView,
  a: OnnxNode,
  b: OnnxNode,
): { node: OnnxNode; distances: readonly [number, number] } | null {
  const fromA = ancestors(view, a);
  const fromB = ancestors(view, b);
  let best: { node: OnnxNode; distances: readonly [number, number] } | null = null;
  for (const [node, distance] of fromA) {
    const other = fromB.get(node);
    if (other !== undefined && (best === null || distance < best.distances[0]))
      best = { node, distances: [distance, other] };
  }
  return best;
}

function ancestors(view: GraphView, start: OnnxNode): ReadonlyMap<OnnxNode, number> {
  const distances = new Map([[start, 0]]);
  const stack: [OnnxNode, number][] = [[start, 0]];
  for (let entry = stack.pop(); entry; entry = stack.pop()) {
    const [node, distance] = entry;
    for (const parent of view.parents(node)) {
      if (distances.has(parent)) continue;
      distances.set(parent, distance + 1);
      stack.push([parent, distance + 1]);
    }
  }
  return distances;
}
