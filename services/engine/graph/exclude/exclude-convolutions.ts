import { intAttribute, intsAttribute } from '#engine/formats/onnx/attribute.ts';
import type { OnnxNode } from '#engine/formats/onnx/model.ts';
import type { GraphView } from '../view.ts';
import type { Exclusion } from './exclusion.ts';

const leastChannels = 16;

/**
 * Convolutions for which TensorRT has no int8 kernel worth having. `shapeOf` knows the weight's shape, or null for a
 * weight that is computed. Source: `find_nodes_from_convs_to_exclude`, modelopt/onnx/quantization/graph_utils.py.
 */
export function excludeConvolutions(
  view: GraphView,
  shapeOf: (tensor: string) => readonly number[] | null,
): readonly Exclusion[] {
  return view.nodes
    .filter((node) => node.op === 'Conv')
    .flatMap((node) => {
      const reason = whyNot(view, node, shapeOf(node.inputs[1] ?? ''));
      return reason ? [{ node: node.name, reason }] : [];
    });
}

function whyNot(view: GraphView, node: OnnxNode, shape: readonly number[] | null): string | null {
  if (shape === null) return 'its weight is computed, not stored';
  const [outputs = 0, inputs = 0] = shape;
  if (outputs >= leastChannels && inputs >= leastChannels) return null;
  const group = intAttribute(node, 'group', 1);
  const kernel = intsAttribute(node, 'kernel_shape') ?? [1, 1];
  const readsInput = node.inputs.some((tensor) => view.graph.inputs.some((port) => port.name === tensor));
  const fitsPlain =
    group === 1 &&
    (outputs % 8 === 0 || inputs % 8 === 0) &&
    (readsInput || outputs >= leastChannels || inputs >= leastChannels) &&
    new Set(kernel).size === 1;
  const fitsGrouped = group > 1 && outputs % 8 === 0 && kernel.every((size) => size >= 3);
  if (fitsPlain || fitsGrouped) return null;
  return `${inputs} input and ${outputs} output channels${group > 1 ? ` in ${group} groups` : ''} with kernel ${kernel.join('×')} have no fast int8 kernel (channels < ${leastChannels})`;
}
