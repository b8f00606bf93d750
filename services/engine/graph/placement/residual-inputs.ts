import type { OnnxNode } from '#engine/formats/onnx/model.ts';
import { hasConstantInput } from '../constant-input.ts';
import type { GraphView } from '../view.ts';
import { ancestorFinder, type CommonAncestorOf } from './common-ancestor.ts';
import type { BackboneOf } from './fusible-backbone.ts';

/**
 * For each Add by name, the input that comes from the convolution branch (the other one is the skip connection),
 * or null if the Add joins no such branches. TensorRT fuses the Add into that convolution, so that input stays float.
 * Source: `build_non_residual_input_map`, modelopt/onnx/quantization/graph_utils.py.
 */
export function convolutionBranches(view: GraphView, backboneOf: BackboneOf): ReadonlyMap<string, string | null> {
  const adds = view.nodes.filter((node) => node.op === 'Add');
  const find = { backboneOf, commonAncestor: ancestorFinder(view) };
  return new Map(adds.map((node) => [node.name, convolutionBranch(view, node, find)]));
}

function convolutionBranch(
  view: GraphView,
  add: OnnxNode,
  { backboneOf, commonAncestor }: { readonly backboneOf: BackboneOf; readonly commonAncestor: CommonAncestorOf },
): string | null {
  const [left = '', right = ''] = add.inputs;
  const makers = [view.producer(left), view.producer(right)] as const;
  if (hasConstantInput(view, add) || !makers[0] || !makers[1]) return null;
  const backbones = [backboneOf(makers[0]), backboneOf(makers[1])] as const;
  const backbone = backbones[0] ?? backbones[1];
  if (!backbone || backbones[0] === backbones[1]) return null;
  const common = commonAncestor(makers[0], makers[1]);
  if (backbones[0] && backbones[1]) return common && common.distances[0] > common.distances[1] ? left : right;
  // Both operands come from the one convolution (ConvNeXt): there is no skip connection around it.
  if (common?.node === backbone) return null;
  return backbones[0] ? left : right;
}
