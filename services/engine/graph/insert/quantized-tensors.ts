import { intAttribute } from '#engine/formats/onnx/attribute.ts';
import type { OnnxNode, OnnxTensor } from '#engine/formats/onnx/model.ts';
import { quantizedInputs } from '../quantizable-ops.ts';
import type { GraphView } from '../view.ts';

/** A tensor that gets a Q/DQ pair: all of it with one scale, or with one for each index of `axis`. */
export type QuantizedTensor = {
  readonly tensor: string;
  readonly axis: number | null;
  readonly weight: boolean;
  /** The tensor whose scale this one has too, where the same values are in both. */
  readonly sameAs?: string;
};

export type ChannelRules = {
  /** `onnxruntime`: along axis 1 of any stored factor of a MatMul, whatever its rank. `output`: along the columns of the second. */
  readonly products: 'onnxruntime' | 'output';
};

/**
 * The tensors that the selected nodes read quantized, in the order of the nodes. Only initializers have channels.
 * `isFloat` tells whether a tensor is floating point. Source: the operators of onnxruntime/python/tools/quantization
 * with ModelOpt's options (inputs only, bias left alone, Conv axis 0, ConvTranspose axis 1).
 */
export function quantizedTensors(
  view: GraphView,
  selected: ReadonlySet<string>,
  how: { readonly isFloat: (tensor: string) => boolean; readonly channels: ChannelRules },
): readonly QuantizedTensor[] {
  const initializers = new Map(view.graph.initializers.map((tensor) => [tensor.name, tensor]));
  const chosen = new Map<string, QuantizedTensor>();
  for (const node of view.graph.nodes) {
    if (!selected.has(node.name)) continue;
    for (const candidate of candidatesOf(node, { initializers, chosen, channels: how.channels })) {
      const known = chosen.has(candidate.tensor) && candidate.axis === null && candidate.sameAs === undefined;
      if (candidate.tensor === '' || !how.isFloat(candidate.tensor) || known) continue;
      chosen.set(candidate.tensor, candidate);
    }
  }
  return [...chosen.values()];
}

type Known = {
  readonly initializers: ReadonlyMap<string, OnnxTensor>;
  readonly chosen: ReadonlyMap<string, QuantizedTensor>;
  readonly channels: ChannelRules;
};

function candidatesOf(node: OnnxNode, known: Known): readonly QuantizedTensor[] {
  const [first = '', second = '', third = ''] = node.inputs;
  const activation = (tensor: string): QuantizedTensor => ({ tensor, axis: null, weight: false });
  const weight = (tensor: string, axis: number | null): QuantizedTensor => {
    const rank = known.initializers.get(tensor)?.shape.length;
    if (rank === undefined) return activation(tensor);
    return { tensor, axis: axis !== null && axis < rank ? axis : null, weight: true };
  };
  switch (quantizedInputs(node.op)) {
    case 'weighted':
      return [activation(first), weight(second, weightAxis(node))];
    case 'product':
      return [weight(first, factorAxis(first, 0, known)), weight(second, factorAxis(second, 1, known))];
    case 'normalized':
      return [activation(first), weight(second, null)];
    case 'first':
      return [activation(first)];
    case 'gathered':
      return [activation(first), { ...activation(node.outputs[0] ?? ''), sameAs: first }];
    case 'branches':
      return [activation(second), activation(third)];
    case 'with-input':
      return known.chosen.has(first) ? [activation(first)] : [];
    case 'all':
      return node.inputs.map(activation);
  }
}

function weightAxis(node: OnnxNode): number {
  if (node.op === 'Conv') return 0;
  if (node.op === 'Gemm') return intAttribute(node, 'transB', 0) > 0 ? 0 : 1;
  return 1;
}

/** The columns of the second factor; its rank may be 3. A stored first factor has no output channels of its own. */
function factorAxis(tensor: string, input: 0 | 1, { initializers, channels }: Known): number | null {
  if (channels.products === 'onnxruntime') return 1;
  const rank = initializers.get(tensor)?.shape.length ?? 0;
  return input === 1 && rank >= 2 ? rank - 1 : null;
}
