import { findAttribute, intAttribute } from '#engine/formats/onnx/attribute.ts';
import type { OnnxModel, OnnxNode } from '#engine/formats/onnx/model.ts';
import { type ElementType, elementType } from './element-type.ts';

export type TypeOf = (tensor: string) => ElementType | null;

/**
 * Element types from graph inputs and initializers onwards, as a strongly typed network takes them; what value_info
 * says is not asked, for it outlives conversions. null: unknown, and then so is what comes of it.
 */
export function elementTypes({ graph }: OnnxModel): TypeOf {
  const known = new Map<string, ElementType | null>();
  for (const { name, proto } of graph.initializers) known.set(name, elementType(proto.dataType ?? 0));
  for (const { name, proto } of graph.inputs) known.set(name, elementType(proto.type?.tensorType?.elemType ?? 0));
  const typeOf: TypeOf = (tensor) => known.get(tensor) ?? null;
  for (const node of graph.nodes) {
    node.outputs.forEach((output, index) => {
      if (output !== '') known.set(output, outputType(node, index, typeOf));
    });
  }
  return typeOf;
}

function outputType(node: OnnxNode, index: number, typeOf: TypeOf): ElementType | null {
  if (node.domain !== '' || !Object.hasOwn(outputs, node.op)) return null;
  const rule = outputs[node.op]?.[index] ?? outputs[node.op]?.at(-1);
  return rule ? rule(node, typeOf) : null;
}

type OutputType = (node: OnnxNode, typeOf: TypeOf) => ElementType | null;

const input =
  (index: number): OutputType =>
  (node, typeOf) =>
    typeOf(node.inputs[index] ?? '');
const always =
  (type: ElementType): OutputType =>
  () =>
    type;
const named =
  (attribute: string, absent: number): OutputType =>
  (node) =>
    elementType(intAttribute(node, attribute, absent));

/** As the first input: what moves values, and what computes with them. */
const likeInput = `
  Abs Acos Acosh Add And Asin Asinh Atan Atanh AveragePool BatchNormalization BitShift Ceil Celu Clip Compress Concat
  Conv ConvTranspose Cos Cosh CumSum DepthToSpace Det Div Dropout Einsum Elu Erf Exp Expand EyeLike Flatten Floor GRU
  Gather GatherElements GatherND Gelu Gemm GlobalAveragePool GlobalLpPool GlobalMaxPool GridSample GroupNormalization
  HardSigmoid HardSwish Hardmax Identity InstanceNormalization LRN LSTM LayerNormalization LeakyRelu Log LogSoftmax
  LpNormalization LpPool MatMul Max MaxPool MaxUnpool Mean MeanVarianceNormalization Min Mish Mod Mul Neg PRelu Pad Pow
  RNN Range Reciprocal ReduceL1 ReduceL2 ReduceLogSum ReduceLogSumExp ReduceMax ReduceMean ReduceMin ReduceProd ReduceSum
  ReduceSumSquare Relu Reshape Resize ReverseSequence RMSNormalization RoiAlign Round ScatterElements ScatterND Selu
  Sigmoid Sign Sin Sinh Slice Softmax Softplus Softsign SpaceToDepth Split Sqrt Squeeze Sub Sum Swish Tan Tanh
  ThresholdedRelu Tile Transpose Trilu Unsqueeze Upsample`;

/** By operator, for its outputs in order; the last one stands for all that follow. */
const outputs: Readonly<Record<string, readonly OutputType[]>> = {
  ...Object.fromEntries(
    likeInput
      .trim()
      .split(/\s+/)
      .map((op) => [op, [input(0)]]),
  ),
  ...Object.fromEntries(
    'Equal Greater GreaterOrEqual IsInf IsNaN Less LessOrEqual Not And Or Xor'
      .split(' ')
      .map((op) => [op, [always('bool')]]),
  ),
  ...Object.fromEntries(['Shape', 'Size', 'NonZero', 'ArgMax', 'ArgMin'].map((op) => [op, [always('int64')]])),
  MaxPool: [input(0), always('int64')],
  TopK: [input(0), always('int64')],
  Unique: [input(0), always('int64')],
  Dropout: [input(0), always('bool')],
  Where: [input(1)],
  OneHot: [input(2)],
  CastLike: [input(1)],
  EyeLike: [(node, typeOf) => named('dtype', 0)(node, typeOf) ?? input(0)(node, typeOf)],
  Cast: [named('to', 0)],
  RandomNormal: [named('dtype', 1)],
  RandomUniform: [named('dtype', 1)],
  Constant: [constantType],
  ConstantOfShape: [(node) => elementType(findAttribute(node, 'value')?.t?.dataType ?? 1)],
  QuantizeLinear: [quantizedType],
  DequantizeLinear: [(node, typeOf) => named('output_dtype', 0)(node, typeOf) ?? input(1)(node, typeOf)],
};

function constantType(node: OnnxNode): ElementType | null {
  if (findAttribute(node, 'value_float') || findAttribute(node, 'value_floats')) return 'float32';
  if (findAttribute(node, 'value_int') || findAttribute(node, 'value_ints')) return 'int64';
  return elementType(findAttribute(node, 'value')?.t?.dataType ?? 0);
}

/** Without zero point and output_dtype, ONNX means UINT8 and TensorRT INT8: that is unknown. */
function quantizedType(node: OnnxNode, typeOf: TypeOf): ElementType | null {
  return typeOf(node.inputs[2] ?? '') ?? elementType(intAttribute(node, 'output_dtype', 0));
}
