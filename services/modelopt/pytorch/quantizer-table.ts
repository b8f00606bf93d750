/**
 * Which quantizers NVIDIA ModelOpt 0.47 inserts into a module of each class, and which of them
 * INT8_DEFAULT_CFG leaves on. Every one of them, also a disabled one, has to be listed in the file: restoring
 * compares the names with those that ModelOpt itself inserts.
 */
export type QuantizerKind = 'input_quantizer' | 'output_quantizer' | 'weight_quantizer';

export type ClassQuantizers = { readonly [Kind in QuantizerKind]?: 'on' | 'off' };

const weighted = {
  input_quantizer: 'on',
  output_quantizer: 'off',
  weight_quantizer: 'on',
} as const satisfies ClassQuantizers;
const observed = { input_quantizer: 'on', output_quantizer: 'off' } as const satisfies ClassQuantizers;
const listed = { input_quantizer: 'off', output_quantizer: 'off' } as const satisfies ClassQuantizers;

export const quantizersOfClass = {
  Linear: weighted,
  Conv1d: weighted,
  Conv2d: weighted,
  Conv3d: weighted,
  ConvTranspose1d: weighted,
  ConvTranspose2d: weighted,
  ConvTranspose3d: weighted,
  NonDynamicallyQuantizableLinear: weighted,
  InstanceNorm1d: observed,
  InstanceNorm2d: observed,
  InstanceNorm3d: observed,
  LayerNorm: observed,
  MaxPool1d: observed,
  MaxPool2d: observed,
  MaxPool3d: observed,
  AvgPool1d: observed,
  AvgPool2d: observed,
  AvgPool3d: observed,
  AdaptiveAvgPool1d: observed,
  AdaptiveAvgPool2d: observed,
  AdaptiveAvgPool3d: observed,
  /** One that the graph never calls: its rank is unknown, and does not matter. */
  BatchNorm: listed,
  BatchNorm1d: listed,
  BatchNorm2d: listed,
  BatchNorm3d: listed,
  LeakyReLU: listed,
  Embedding: { input_quantizer: 'off', output_quantizer: 'off', weight_quantizer: 'off' },
} as const satisfies Record<string, ClassQuantizers>;

export type QuantizableClass = keyof typeof quantizersOfClass;

export const isQuantizable = (className: string): className is QuantizableClass =>
  Object.hasOwn(quantizersOfClass, className);

/** Classes whose quantizers have names of their own; a file that lacks them cannot be restored. */
export const recurrentClasses: ReadonlySet<string> = new Set(['LSTM', 'GRU', 'RNN']);

/** Quantizer names that every preset of ModelOpt 0.47 disables (fnmatch): routers, heads, vision towers. */
export const presetDisabledNames = [
  '*block_sparse_moe.gate*',
  '*linear_attn.conv1d*',
  '*self_attention.conv1d*',
  '*linear_attn.in_proj_a*',
  '*linear_attn.in_proj_b*',
  '*lm_head*',
  '*mixer.conv1d*',
  '*mlp.gate.*',
  '*mlp.shared_expert_gate.*',
  '*output_layer*',
  '*proj_out.*',
  '*router*',
  'mtp.*',
  'output.*',
  '*embed_vision*',
  '*vision_tower*',
  '*visual*',
  '*vision_model*',
  '*multi_modal_projector*',
] as const;
