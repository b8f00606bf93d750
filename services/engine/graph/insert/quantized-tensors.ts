import { intAttribute } from '#engine/formats/onnx/attribute.ts';
import type { OnnxNode, OnnxTensor } from '#engine/formats/onnx/model.ts';
import { isQuantizable, quantizableOps } from '../op-types.ts';
import type { GraphView } from '../view.ts';

/** A tensor that gets a Q/DQ pair: all of it with one scale, or with one for each index of `axis`. */
export type QuantizedTensor = { readonly tensor: string; readonly axis: number | null; readonly weight: boolean };

/**
 * The tensors that the selected nodes read quantized, in the order of the nodes. Only initializers have channels.
 * `isFloat` tells whether a tensor is floating point. Source: the operators of onnxruntime/python/tools/quantization
 * with ModelOpt's options (inputs only, bias left alone, Conv axis 0, ConvTranspose axis 1).
 */
export function quantizedTensors(
  view: GraphView,
  selected: ReadonlySet<string>,
  isFloat: (tensor: string) => boolean,
): readonly QuantizedTensor[] {
  const initializers = new Map(view.graph.initializers.map((tensor) => [tensor.name, tensor]));
  const chosen = new Map<string, QuantizedTensor>();
  for (const node of view.graph.nodes) {
    if (!selected.has(node.name)) continue;
    for (const candidate of inputsOf(node, initializers, chosen)) {
      const known = chosen.get(candidate.tensor);
      if (candidate.tensor === '' || !isFloat(candidate.tensor) || (known && candidate.axis === null)) continue;
      chosen.set(candidate.tensor, candidate);
    }
  }
  return [...chosen.values()];
}

function inputsOf(
  node: OnnxNode,
  initializers: ReadonlyMap<string, OnnxTensor>,
  chosen: ReadonlyMap<string, unknown>,
): readonly QuantizedTensor[] {
  if (!isQuantizable(node.op)) return [];
  const [first = '', second = ''] = node.inputs;
  const activation = (tensor: string): QuantizedTensor => ({ tensor, axis: null, weight: false });
  const weight = (tensor: string): QuantizedTensor => {
    const initializer = initializers.get(tensor);
    if (!initializer) return activation(tensor);
    const axis = weightAxis(node);
    return { tensor, axis: axis < initializer.shape.length ? axis : null, weight: true };
  };
  switch (quantizableOps[node.op]) {
    case 'weighted':
      return [activation(first), weight(second)];
    case 'product':
      return [weight(first), weight(second)];
    case 'all':
      return node.inputs.map(activation);
    case 'first':
      return [activation(first)];
    case 'with-input':
      return chosen.has(first) ? [activation(first)] : [];
  }
}

/** The output channels: for a MatMul always 1, which for a weight of rank 3 is K. ONNX Runtime has it so. */
function weightAxis(node: OnnxNode): number {
  if (node.op === 'Conv') return 0;
  if (node.op === 'Gemm') return intAttribute(node, 'transB', 0) > 0 ? 0 : 1;
  return 1;
}
