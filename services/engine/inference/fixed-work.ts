import { intAttribute } from '#engine/formats/onnx/attribute.ts';
import type { OnnxGraph, OnnxNode } from '#engine/formats/onnx/model.ts';
import type { KernelChoice } from './session.ts';

/**
 * Whether a graph does the same for all inputs of the same shapes: no operator looks at values to choose what is
 * computed or how much of it, none draws numbers, and none is defined by somebody else. `as written` also asks that what
 * becomes of an element does not depend, in its last bit and for some values only, on where it stands in a batch.
 */
export function doesFixedWork({ nodes }: Pick<OnnxGraph, 'nodes'>, kernels: KernelChoice): boolean {
  const unfit = [deciding, ...(kernels === 'as written' ? [approximated] : [])];
  return nodes.every((node) => domains.has(node.domain) && !unfit.some((ops) => ops.has(node.op)) && !isTraining(node));
}

const domains: ReadonlySet<string> = new Set(['', 'com.microsoft']);

const deciding: ReadonlySet<string> = new Set(
  `BeamSearch Bernoulli BiasDropout BitmaskDropout Compress DynamicQuantizeLSTM DynamicQuantizeLinear
  DynamicQuantizeMatMul GreedySearch If Loop MoE Multinomial NonMaxSuppression NonZero OptionalHasElement
  QMoE RandomNormal RandomNormalLike RandomUniform RandomUniformLike Sampling Scan SequenceMap Unique
  WhisperBeamSearch`.split(/\s+/),
);

/** Their kernels take another polynomial for the elements that fill no vector at the end than for all others. */
const approximated: ReadonlySet<string> = new Set(
  `Acos Acosh Asin Asinh Atan Atanh BiasGelu Celu Cos Cosh Elu Erf Exp FastGelu FusedConv FusedGemm Gelu GRU Log
  LSTM Mish Pow QuickGelu RNN Selu Sigmoid Sin Sinh Softplus Swish Tan Tanh`.split(/\s+/),
);

/** A Dropout in training has a third input, a BatchNormalization an attribute. */
function isTraining(node: OnnxNode): boolean {
  return (node.op === 'Dropout' && Boolean(node.inputs[2])) || intAttribute(node, 'training_mode', 0) !== 0;
}
