import type { Dtype } from '#engine/formats/dtype.ts';
import { subgraphs } from '#engine/formats/onnx/attribute.ts';
import { type OnnxModel, type OnnxNode, standardOpset } from '#engine/formats/onnx/model.ts';
import { type FloatDtype, isFloat } from './convert-tensor.ts';
import { type HalfDtype, hasTypedOutput, isSingleInput, takesHalf } from './half-support.ts';

export type HalfOptions = {
  readonly dtype: HalfDtype;
  /** Operators that compute in float32 (op_types_to_exclude_fp16). */
  readonly keptOps: ReadonlySet<string>;
  /** Graph inputs and outputs become half too, instead of keeping their type (direct_io_types). */
  readonly directIo: boolean;
  /** Types of the model's tensors; not asked for initializers, inputs, outputs, and what is around a Q/DQ pair. */
  readonly typeOf: (tensor: string) => Dtype | null;
  readonly compat: 'modelopt-0.47' | null;
  /** Nodes that keep the types of what they read and make, whatever operators they are. */
  readonly keepsTypes?: (node: OnnxNode) => boolean;
};

/** The floating-point types that tensors have before and get after; null: the tensor is none of these. */
export type FloatTypes = {
  before(tensor: string): FloatDtype | null;
  /** What a node wants at an input: null if any type will do. */
  wanted(node: OnnxNode, input: number): FloatDtype | null;
  /** What a node makes; a `typed` output keeps its type, or takes another if nobody needs the old one. */
  made(node: OnnxNode, output: number): FloatDtype | null;
};

/**
 * Nodes compute in half precision, but for those that are kept or cannot. What ModelOpt has no rules for (operators of
 * other domains, bodies of If, Loop and Scan) keeps the types that it has.
 * Source: modelopt/onnx/autocast/precisionconverter.py (Apache-2.0), version 0.47.0.
 */
export function floatTypes(model: OnnxModel, options: HalfOptions): FloatTypes {
  const before = typesBefore(model, options.typeOf);
  const opset = standardOpset(model);
  const kindOf = (node: OnnxNode): Kind => {
    if (options.keepsTypes?.(node) || node.domain !== '' || subgraphs(node).length > 0 || sequenceOps.has(node.op))
      return 'as it is';
    return options.keptOps.has(node.op) || !takesHalf(node.op, options.dtype, opset) ? 'single' : 'half';
  };
  const computed: Record<Kind, (tensor: string) => FloatDtype | null> = {
    half: () => options.dtype,
    single: () => 'float32',
    'as it is': before,
  };
  return {
    before,
    wanted(node, input) {
      const tensor = node.inputs[input] ?? '';
      if (before(tensor) === null || (node.op === 'Cast' && options.compat === null)) return null;
      const kind = kindOf(node);
      return kind === 'half' && isSingleInput(node.op, input, options.dtype) ? 'float32' : computed[kind](tensor);
    },
    made(node, output) {
      const tensor = node.outputs[output] ?? '';
      if (before(tensor) === null) return null;
      return node.op === 'Cast' || hasTypedOutput(node, output) ? before(tensor) : computed[kindOf(node)](tensor);
    },
  };
}

type Kind = 'half' | 'single' | 'as it is';

/** A sequence has one element type, which `SequenceEmpty` says; ModelOpt changes what goes in, and the graph is broken. */
const sequenceOps: ReadonlySet<string> = new Set([
  'SequenceEmpty',
  'SequenceConstruct',
  'SequenceInsert',
  'SequenceErase',
  'SequenceAt',
  'SequenceLength',
  'SplitToSequence',
  'ConcatFromSequence',
]);

function typesBefore({ graph }: OnnxModel, typeOf: HalfOptions['typeOf']): (tensor: string) => FloatDtype | null {
  const known = new Map<string, Dtype | null>();
  for (const { name, dtype } of [...graph.initializers, ...graph.inputs, ...graph.outputs]) known.set(name, dtype);
  for (const { op, inputs, outputs } of graph.nodes) {
    const scale = known.get(inputs[1] ?? '');
    if (scale === undefined) continue;
    if (op === 'DequantizeLinear') known.set(outputs[0] ?? '', scale);
    if (op === 'QuantizeLinear') known.set(inputs[0] ?? '', scale).set(outputs[0] ?? '', 'int8');
  }
  return (tensor) => {
    if (tensor === '') return null;
    const dtype = known.has(tensor) ? (known.get(tensor) ?? null) : typeOf(tensor);
    return isFloat(dtype) ? dtype : null;
  };
}
