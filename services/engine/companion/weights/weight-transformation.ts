import { reorderGates } from '../recurrent/recurrent-gates.ts';
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
  /** Blocks of rows of a recurrent layer in the graph's order, by their places in the state dict. */
  readonly gates: readonly number[] | null;
  /** Linear weights: [out, in] in PyTorch, [in, out] for a MatMul. */
  readonly isTransposed: boolean;
  /** How many of its first rows the graph has: an Embedding's that were looked up while exporting. Null: all of them. */
  readonly rows: number | null;
  /** Which of the constant's equal parts the weight is: the directions of a recurrent layer. Null: all of it. */
  readonly part: { readonly index: number; readonly count: number } | null;
};

export const asItIs: WeightTransformation = {
  fold: null,
  gates: null,
  isTransposed: false,
  rows: null,
  part: null,
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
  const ordered = how.gates ? reorderGates(folded, how.gates) : folded;
  const turned = how.isTransposed ? transposed(ordered, shape[0] ?? 0, shape[1] ?? 0) : ordered;
  return how.rows === null ? turned : turned.subarray(0, (turned.length / (shape[0] ?? 1)) * how.rows);
}

/** The shape of the graph's constant for a weight of this shape. */
export function transformedShape(shape: readonly number[], isTransposed: boolean): readonly number[] {
  return isTransposed ? shape.toReversed() : shape;
}

export function channelsOf(shape: readonly number[], site: WeightSite | undefined): ChannelLayout {
  return site?.op === 'ConvTranspose' ? transposedConvolutionChannels(shape, site.groups) : convolutionChannels(shape);
}
