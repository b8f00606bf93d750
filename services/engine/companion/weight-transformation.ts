import { transposed } from './compare-weights.ts';
import {
  type ChannelLayout,
  convolutionChannels,
  foldWeight,
  transposedConvolutionChannels,
} from './fold-batch-norm.ts';
import type { WeightSite } from './weight-sites.ts';

/** What an export did to a weight on its way from the state dict into the graph; applied in this order. */
export type WeightTransformation = {
  /** The BatchNorm that was multiplied into it, and γ / √(σ² + eps) of each output channel. */
  readonly fold: { readonly batchNorm: string; readonly scales: Float32Array } | null;
  /** Linear weights: [out, in] in PyTorch, [in, out] for a MatMul. */
  readonly isTransposed: boolean;
};

export type ShapedWeight = { readonly values: Float32Array; readonly shape: readonly number[] };

/** A weight in the checkpoint's shape, as the graph's constant would hold it. */
export function transformWeight(
  weight: ShapedWeight,
  how: WeightTransformation,
  channels: ChannelLayout,
): Float32Array {
  const { values, shape } = weight;
  const folded = how.fold ? foldWeight(values, how.fold.scales, channels) : values;
  return how.isTransposed ? transposed(folded, shape[0] ?? 0, shape[1] ?? 0) : folded;
}

/** The shape of the graph's constant for a weight of this shape. */
export function transformedShape(shape: readonly number[], isTransposed: boolean): readonly number[] {
  return isTransposed ? shape.toReversed() : shape;
}

export function channelsOf(shape: readonly number[], site: Pick<WeightSite, 'op' | 'groups'>): ChannelLayout {
  return site.op === 'ConvTranspose' ? transposedConvolutionChannels(shape, site.groups) : convolutionChannels(shape);
}
