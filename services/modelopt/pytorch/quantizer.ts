import type { CheckpointTensor } from '#engine/formats/pth/checkpoint.ts';

/** What a quantizer rounds to: `_num_bits` 8, or (4, 3). */
export type NumberFormat = 'int8' | 'fp8_e4m3fn';

/** One TensorQuantizer of the restored network, as decided before any data is seen. */
export type Quantizer = {
  readonly module: string;
  /** Its attribute in the module: `weight_quantizer`, of an LSTM `layer_0_input_quantizer`. */
  readonly attribute: string;
  readonly role: 'weight' | 'input' | 'output';
  /** What a weight quantizer quantizes. */
  readonly weight: CheckpointTensor | null;
  readonly isEnabled: boolean;
  readonly format: NumberFormat;
  /** The axis of the weight that keeps an amax each; null: one for the tensor. */
  readonly axis: number | null;
};

/** max |x| with the shape that ModelOpt keeps: [] for a tensor, [O, 1, …] along axis 0. */
export type Amax = { readonly values: Float32Array; readonly shape: readonly number[] };

/** What a quantizer keeps of calibration, under the names of its buffers: `_amax`, of SmoothQuant `_pre_quant_scale`. */
export type Buffers = { readonly [name in '_amax' | '_pre_quant_scale']?: Amax };

/** As a state dict spells it: the root module, which is called nothing, puts no dot in front. */
export const quantizerName = ({ module, attribute }: Quantizer): string =>
  module === '' ? attribute : `${module}.${attribute}`;
