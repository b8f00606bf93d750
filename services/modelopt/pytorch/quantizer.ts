import type { QuantizerKind } from './quantizer-table.ts';

/** One TensorQuantizer of the restored network, as decided before any data is seen. */
export type Quantizer = {
  readonly module: string;
  readonly kind: QuantizerKind;
  readonly isEnabled: boolean;
  /** The axis of the weight that keeps an amax each; null: one for the tensor. */
  readonly axis: number | null;
};

/** max |x| with the shape that ModelOpt keeps: [] for a tensor, [O, 1, …] along axis 0. */
export type Amax = { readonly values: Float32Array; readonly shape: readonly number[] };

export const quantizerName = ({ module, kind }: Quantizer): string => `${module}.${kind}`;
