import type { OnnxNode } from '#engine/formats/onnx/model.ts';

export type HalfDtype = 'float16' | 'bfloat16';

const never = Number.POSITIVE_INFINITY;

/**
 * Operators of the standard that take no float16 or bfloat16 in the opset where Q/DQ with such scales begins (19, 22),
 * with the opset that lets them. What is not listed takes them. Source: the type constraints of `onnx.defs` 1.21;
 * the first three are ModelOpt's own (`OP_TYPES_NOT_SUPPORTED_IN_LOW_PRECISION`, autocast/precisionconverter.py).
 */
const takesHalfFrom: Readonly<Record<HalfDtype, Readonly<Record<string, number>>>> = {
  float16: {
    ...{ Upsample: never, NonMaxSuppression: never, Celu: never },
    ...{ Range: never, TfIdfVectorizer: never, DynamicQuantizeLinear: never, QLinearConv: never },
    ...{ IsInf: 20, QLinearMatMul: 21 },
  },
  bfloat16: {
    ...{ Upsample: never, NonMaxSuppression: never, Celu: never },
    ...{ Range: never, TfIdfVectorizer: never, DynamicQuantizeLinear: never, QLinearConv: never },
    ...{ Einsum: never, Unique: never, ReverseSequence: never, OneHot: never, Compress: never, Scatter: never },
    ...{ Shrink: never, SequenceMap: never, SequenceAt: never, SequenceConstruct: never, SequenceInsert: never },
    ...{ ConcatFromSequence: never, Optional: never, OptionalGetElement: never, OptionalHasElement: never },
    ...{ TopK: 24, SplitToSequence: 24 },
  },
};

export function takesHalf(op: string, dtype: HalfDtype, opset: number): boolean {
  const from = takesHalfFrom[dtype];
  return !Object.hasOwn(from, op) || opset >= (from[op] ?? never);
}

/** Inputs that stay float32 in a node that computes in half precision: the standard has it so. */
const singleInputs: Readonly<Record<HalfDtype, Readonly<Record<string, readonly number[]>>>> = {
  float16: { Resize: [2] },
  bfloat16: { Resize: [1, 2] },
};

export function isSingleInput(op: string, index: number, dtype: HalfDtype): boolean {
  const inputs = singleInputs[dtype];
  return Object.hasOwn(inputs, op) && (inputs[op] ?? []).includes(index);
}

/** Operators that say the type of their output themselves; `always` where it is float32 without the attribute. */
const typedOutputs: Readonly<Record<string, { readonly attribute: string; readonly always: boolean }>> = {
  Constant: { attribute: 'value', always: true },
  ConstantOfShape: { attribute: 'value', always: true },
  RandomNormal: { attribute: 'dtype', always: true },
  RandomUniform: { attribute: 'dtype', always: true },
  HannWindow: { attribute: 'output_datatype', always: true },
  HammingWindow: { attribute: 'output_datatype', always: true },
  BlackmanWindow: { attribute: 'output_datatype', always: true },
  MelWeightMatrix: { attribute: 'output_datatype', always: true },
  RandomNormalLike: { attribute: 'dtype', always: false },
  RandomUniformLike: { attribute: 'dtype', always: false },
  Bernoulli: { attribute: 'dtype', always: false },
  EyeLike: { attribute: 'dtype', always: false },
  DequantizeLinear: { attribute: 'output_dtype', always: false },
};

/** Whether an output has its type whatever the inputs have. Mean and deviation of a LayerNormalization are float32. */
export function hasTypedOutput(node: OnnxNode, index: number): boolean {
  if (node.op === 'LayerNormalization') return index > 0;
  const typed = Object.hasOwn(typedOutputs, node.op) ? typedOutputs[node.op] : undefined;
  return typed !== undefined && (typed.always || node.attributes.some(({ name }) => name === typed.attribute));
}
