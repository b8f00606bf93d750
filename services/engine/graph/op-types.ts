/**
 * How ModelOpt classes operators when it decides where Q/DQ go.
 * Source: modelopt/onnx/op_types.py (Apache-2.0), version 0.47.0.
 */
const words = (list: string): ReadonlySet<string> => new Set(list.trim().split(/\s+/));

/** Move values without changing them. Unsqueeze, Identity and Pad are not among them. */
export const copyOps = words(`
  Flatten Transpose Concat Split Squeeze Expand ReverseSequence Reshape Tile Gather Slice GatherElements GatherND
  ScatterElements ScatterND OneHot`);

export const linearOps = words('Conv ConvTranspose Gemm MatMul');

/** Element by element; Relu, Clip and BatchNormalization are not among them: they fuse with a convolution or not at all. */
export const pointwiseOps = words(`
  Neg Sqrt Abs Log Exp Not Cast Floor Ceil Round Erf Gelu Sin Cos Atan Sign IsNaN IsInf LeakyRelu Elu Tanh Sigmoid
  Softmax Softplus InstanceNormalization CumSum
  Add Sub Mul Pow Div Min Max Greater GreaterOrEqual Less LessOrEqual Equal BitwiseOr BitwiseAnd BitwiseXor BitShift`);

export const poolingOps = words(`
  AveragePool GlobalAveragePool MaxPool GlobalMaxPool GlobalLpPool LpPool MaxPoolGridSample HammingWindow
  BlackmanWindow HannWindow`);
