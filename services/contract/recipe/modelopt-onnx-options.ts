import { maxSamplesOption } from './max-samples-option.ts';
import type { OptionCard } from './option-card.ts';

const yesOrNo = { oneOf: [false, true] } as const;
const nodePatterns = { texts: { of: 'regular expressions', example: '/head/.*' } } as const;
const opTypes = { texts: { of: 'operator types', example: 'Conv' } } as const;
/** `x:1x3x224x224,ids:1x128`; TensorFlow's names have colons themselves, as in `input:0:1x224x224x3`. */
const shapes = { text: { pattern: /^[^,]+:\d+(x\d+)*(,[^,]+:\d+(x\d+)*)*$/, example: 'x:1x3x224x224' } } as const;

/**
 * `backend_kwargs` of modelopt.onnx: parameters of `modelopt.onnx.quantization.quantize` (0.47) under their own names
 * and with their own defaults. Zeropoint adds percentile, max_samples, seed, batch_size, random_calibration, fp8_scale
 * and compat.
 */
export const modeloptOnnxOptions = {
  quantize_mode: {
    title: 'Mode',
    help: 'What Q/DQ pairs quantize to; absent, the first rule for weights says it, or INT8.',
    takes: { oneOf: [null, 'int8', 'fp8'] },
    initial: null,
  },
  high_precision_dtype: {
    title: 'High precision',
    help: 'What everything is computed in that is not quantized.',
    takes: { oneOf: ['fp16', 'bf16', 'fp32'] },
    initial: 'fp16',
  },
  dq_only: {
    title: 'Folded weights',
    help: 'Weights are stored as integers or FP8 with a DequantizeLinear; otherwise as floats with a Q/DQ pair.',
    takes: yesOrNo,
    initial: false,
  },
  percentile: {
    title: 'Percentile',
    help: 'For the algorithm percentile: how much of the magnitudes lies below amax.',
    takes: { number: { min: 50, max: 100 } },
    initial: 99.99,
    withAlgorithm: 'percentile',
  },
  op_types_to_quantize: {
    title: 'Only these operators',
    group: 'placement',
    help: 'INT8: every node of these types, whatever the placement rules say. FP8: Conv, Gemm, MatMul and Add, by the rules.',
    takes: opTypes,
    initial: null,
  },
  op_types_to_exclude: {
    title: 'Without these operators',
    group: 'placement',
    help: 'Nodes of these types stay in high precision.',
    takes: opTypes,
    initial: null,
  },
  nodes_to_quantize: {
    title: 'Only these nodes',
    group: 'placement',
    help: 'Regular expressions for the beginning of node names, as Python’s re.match reads them: /head/.* and not /head/*. Rules take fnmatch patterns and choose a precision; this list alone decides what gets Q/DQ.',
    takes: nodePatterns,
    initial: null,
  },
  nodes_to_exclude: {
    title: 'Without these nodes',
    group: 'placement',
    help: 'Regular expressions for the beginning of node names (/head/.*); what they match stays in high precision. “Leave as they are” does the same with fnmatch patterns for whole names (/head/*): use that, and this for lists that you have from ModelOpt.',
    takes: nodePatterns,
    initial: null,
  },
  op_types_to_exclude_fp16: {
    title: 'Operators kept in float32',
    group: 'placement',
    help: 'Nodes of these types are left out when the rest becomes fp16 or bf16.',
    takes: opTypes,
    initial: null,
  },
  passes: {
    title: 'Passes',
    group: 'placement',
    help: 'concat_elimination gives all inputs of a Concat one scale.',
    takes: { texts: { of: 'passes', example: 'concat_elimination', among: ['concat_elimination'] } },
    initial: ['concat_elimination'],
  },
  enable_gemv_detection_for_trt: {
    title: 'Leave matrix-vector products',
    group: 'placement',
    help: 'TensorRT gains nothing from quantizing them.',
    takes: yesOrNo,
    initial: true,
  },
  target_dla: {
    title: 'For DLA',
    group: 'placement',
    help: 'INT8 of all operator types without exclusions, as NVIDIA’s deep-learning accelerator wants it.',
    takes: yesOrNo,
    initial: false,
  },
  disable_mha_qdq: {
    title: 'Attention products stay float',
    group: 'attention',
    help: 'No Q/DQ before the two matrix products of an attention.',
    takes: yesOrNo,
    initial: false,
  },
  mha_accumulation_dtype: {
    title: 'Attention accumulates in',
    group: 'attention',
    help: 'FP8 only: with fp32, the products of an attention are computed in float32.',
    takes: { oneOf: ['fp16', 'fp32'] },
    initial: 'fp16',
  },
  calibration_shapes: {
    title: 'Calibration shapes',
    group: 'calibration',
    help: 'Shapes for inputs with open dimensions during calibration; matrix-vector products are then told by shape inference.',
    takes: shapes,
    initial: null,
  },
  calibrate_per_node: {
    title: 'Calibrate node by node',
    group: 'calibration',
    help: 'Fewer tensors at a time are observed, for networks whose activations do not fit in memory together.',
    takes: yesOrNo,
    initial: false,
  },
  max_samples: maxSamplesOption,
  seed: {
    title: 'Seed',
    group: 'calibration',
    help: 'Which samples are drawn, and what random data is made.',
    takes: { integer: { min: 0, max: 2 ** 31 - 1 } },
    initial: 0,
  },
  batch_size: {
    title: 'Calibration batch',
    group: 'calibration',
    help: 'Samples that go through the graph at once where it leaves its batch open. With entropy the threshold depends on it.',
    takes: { integer: { min: 1, max: 4_096 } },
    initial: null,
  },
  random_calibration: {
    title: 'Random calibration data',
    group: 'calibration',
    help: 'Without a calibration set: ranges of noise, good for trying placements, not for accuracy. The result says so. A calibration set wins over it.',
    takes: yesOrNo,
    initial: false,
  },
  direct_io_types: {
    title: 'Inputs and outputs in low precision',
    group: 'graph',
    help: 'Graph inputs and outputs become fp16 or int8 where what follows them is, instead of staying float32.',
    takes: yesOrNo,
    initial: false,
  },
  simplify: {
    title: 'Simplify first',
    group: 'graph',
    help: 'Constants are folded and idle nodes removed before anything is placed.',
    takes: yesOrNo,
    initial: false,
  },
  opset: {
    title: 'Opset',
    group: 'graph',
    help: 'At least this version of the standard operators; 19 for INT8 and FP8, 22 for bf16. A newer model keeps its own.',
    takes: { integer: { min: 1, max: 23 } },
    initial: null,
  },
  override_shapes: {
    title: 'Fixed shapes',
    group: 'graph',
    help: 'Shapes for inputs with open dimensions, which the result then has for good.',
    takes: shapes,
    initial: null,
  },
  use_external_data_format: {
    title: 'Weights in a file of their own',
    group: 'graph',
    help: 'As for models above 2 GB, which have it anyway.',
    takes: yesOrNo,
    initial: false,
  },
  enable_shared_constants_duplication: {
    title: 'A weight for each reader',
    group: 'graph',
    help: 'A constant that several nodes read is copied, so that each has a scale of its own.',
    takes: yesOrNo,
    initial: true,
  },
  fp8_scale: {
    title: 'FP8 scale',
    group: 'exactness',
    help: 'ModelOpt’s own, amax·448/127², uses 36 of the 448 that FP8 reaches; amax/448 uses all of it. Alone it says fp8.',
    takes: { oneOf: ['modelopt', 'amax/448'] },
    initial: 'modelopt',
    onlyWith: { option: 'quantize_mode', value: 'fp8' },
  },
  compat: {
    title: 'Exactly as',
    group: 'exactness',
    help: 'ModelOpt 0.47 to the scale, with its faults (a Gemm’s beta becomes 1, exclusions match prefixes).',
    takes: { oneOf: [null, 'modelopt-0.47'] },
    initial: null,
  },
} as const satisfies Record<string, OptionCard>;
