import { intAttribute, intsAttribute } from '#engine/formats/onnx/attribute.ts';
import type { OnnxNode } from '#engine/formats/onnx/model.ts';
import type { GraphView } from '../view.ts';
import type { Exclusion } from './exclusion.ts';

const leastChannels = 16;
/** FP8 convolutions of more taps run in floating point. */
const mostTaps = 32;

export type ConvolutionRule = 'int8' | 'fp8';

/**
 * Convolutions for which TensorRT has no int8 or FP8 kernel worth having. `shapeOf` knows the weight's shape, or null
 * for a weight that is computed. Source: `find_nodes_from_convs_to_exclude`, modelopt/onnx/quantization/graph_utils.py.
 */
export function excludeConvolutions(
  view: GraphView,
  rule: ConvolutionRule,
  shapeOf: (tensor: string) => readonly number[] | null,
): readonly Exclusion[] {
  const inputs = new Set(view.graph.inputs.map((port) => port.name));
  return view.nodes
    .filter((node) => node.op === 'Conv')
    .flatMap((node) => {
      const shape = shapeOf(node.inputs[1] ?? '');
      const reason = shape
        ? whyNot(node, { rule, shape, readsInput: node.inputs.some((tensor) => inputs.has(tensor)) })
        : 'its weight is computed, not stored';
      return reason ? [{ node: node.name, reason }] : [];
    });
}

type Convolution = { readonly rule: ConvolutionRule; readonly shape: readonly number[]; readonly readsInput: boolean };

function whyNot(node: OnnxNode, convolution: Convolution): string | null {
  const { rule, shape } = convolution;
  const [outputs = 0, inputs = 0, ...kernel] = shape;
  const channels = `${inputs} input and ${outputs} output channels`;
  if (rule === 'int8') return hasInt8Kernel(node, convolution) ? null : whyNotInt8(node, channels);
  if (outputs <= leastChannels || inputs <= leastChannels)
    return `${channels} are too few for FP8 kernels (more than ${leastChannels})`;
  const taps = kernel.reduce((product, size) => product * size, 1);
  return taps > mostTaps ? `a kernel of ${taps} taps has no FP8 kernel (up to ${mostTaps})` : null;
}

function hasInt8Kernel(node: OnnxNode, { shape, readsInput }: Convolution): boolean {
  const [outputs = 0, inputs = 0] = shape;
  if (outputs >= leastChannels && inputs >= leastChannels) return true;
  const kernel = kernelOf(node);
  if (intAttribute(node, 'group', 1) > 1) return outputs % 8 === 0 && kernel.every((size) => size >= 3);
  return (
    (outputs % 8 === 0 || inputs % 8 === 0) &&
    (readsInput || outputs >= leastChannels || inputs >= leastChannels) &&
    new Set(kernel).size === 1
  );
}

function whyNotInt8(node: OnnxNode, channels: string): string {
  const group = intAttribute(node, 'group', 1);
  return `${channels}${group > 1 ? ` in ${group} groups` : ''} with kernel ${kernelOf(node).join('×')} have no fast int8 kernel (channels < ${leastChannels})`;
}

function kernelOf(node: OnnxNode): readonly number[] {
  return intsAttribute(node, 'kernel_shape') ?? [1, 1];
}
