/**
 * Which inputs of a node get Q/DQ, by operator:
 * weighted: the activation and, along its channels, the weight; product: both factors, along channels what is stored;
 * normalized: the activation and the scale; gathered: the data, and the output with the same scale;
 * branches: what Where chooses between; with-input: its input, if another node has it quantized already.
 * Source: onnxruntime/quantization/registry.py (1.24) as modelopt/onnx/quantization/ort_utils.py changes it.
 */
const inputsByOp = {
  Conv: 'weighted',
  ConvTranspose: 'weighted',
  Gemm: 'weighted',
  MatMul: 'product',
  BatchNormalization: 'first',
  LayerNormalization: 'first',
  InstanceNormalization: 'normalized',
  LRN: 'first',
  AveragePool: 'first',
  MaxPool: 'first',
  Resize: 'first',
  TopK: 'first',
  Reshape: 'first',
  Transpose: 'first',
  Squeeze: 'first',
  Unsqueeze: 'first',
  Slice: 'first',
  Split: 'first',
  Gather: 'gathered',
  GatherElements: 'gathered',
  Where: 'branches',
  Clip: 'with-input',
  Relu: 'with-input',
} as const;

type QuantizedInputs = (typeof inputsByOp)[keyof typeof inputsByOp] | 'all';

/** Operators without a rule of their own have all their floating-point inputs quantized. */
export function quantizedInputs(op: string): QuantizedInputs {
  return Object.hasOwn(inputsByOp, op) ? inputsByOp[op as keyof typeof inputsByOp] : 'all';
}

/** What INT8 quantizes unless a list of types is given: ONNX Runtime's operators without copies, activations and reductions. */
export const int8Ops: ReadonlySet<string> = new Set([
  'Add',
  'AveragePool',
  'BatchNormalization',
  'Clip',
  'Conv',
  'ConvTranspose',
  'CumSum',
  'Gemm',
  'GlobalAveragePool',
  'HardSwish',
  'LRN',
  'LayerNormalization',
  'MatMul',
  'MaxPool',
  'Mul',
  'Resize',
  'TopK',
]);

/** What TensorRT has FP8 kernels for. */
export const float8Ops: ReadonlySet<string> = new Set(['Add', 'Conv', 'Gemm', 'MatMul']);
