import type { NamedNorm } from './checkpoint-norms.ts';
import { largestDifference, transposed } from './compare-weights.ts';
import { epsilons, foldScales } from './fold-batch-norm.ts';
import { isCopy, isNearly, type StoredWeight } from './stored-weight.ts';
import type { WeightSite } from './weight-sites.ts';
import {
  asItIs,
  channelsOf,
  type ShapedWeight,
  transformWeight,
  type WeightTransformation,
} from './weight-transformation.ts';

export type TransformationFound =
  | { readonly kind: 'match'; readonly transformation: WeightTransformation }
  /** The largest difference of any element to the nearest thing the weight could have become. */
  | { readonly kind: 'differs'; readonly largest: number };

/**
 * How a weight of the checkpoint became the constant at a site: copied, transposed, or with a BatchNorm folded
 * in. `norms` are tried in the given order. Shapes must fit already.
 */
export function findTransformation(
  weight: ShapedWeight,
  place: { readonly site: WeightSite; readonly constant: StoredWeight },
  norms: readonly NamedNorm[],
): TransformationFound {
  const { site, constant } = place;
  const { isTransposed } = site;
  const expected = isTransposed ? transposed(weight.values, weight.shape[0] ?? 0, weight.shape[1] ?? 0) : weight.values;
  if (isCopy(expected, constant)) return { kind: 'match', transformation: { ...asItIs, isTransposed } };

  let largest = largestDifference(expected, constant.values);
  if (site.op === 'Gather') return { kind: 'differs', largest };
  const channels = channelsOf(weight.shape, site);
  const [rows = 0, columns = 0] = weight.shape;
  const unturned = isTransposed ? { ...constant, values: transposed(constant.values, columns, rows) } : constant;
  for (const norm of norms) {
    if (norm.variance.length !== channels.channels) continue;
    for (const epsilon of epsilons) {
      const fold = { batchNorm: norm.name, scales: foldScales(norm, epsilon) };
      if (!mayFold(weight.values, unturned.values, fold.scales)) continue;
      const folded = transformWeight(weight, { ...asItIs, fold }, channels);
      if (isNearly(folded, unturned)) return { kind: 'match', transformation: { ...asItIs, fold, isTransposed } };
      largest = Math.min(largest, largestDifference(folded, unturned.values));
    }
  }
  return { kind: 'differs', largest };
}

/** A look at the first channel only, so that the wrong BatchNorms cost next to nothing. */
function mayFold(weight: Float32Array, constant: Float32Array, scales: Float32Array): boolean {
  const expected = (weight[0] ?? 0) * (scales[0] ?? 1);
  return Math.abs(expected - (constant[0] ?? 0)) <= 4e-3 * Math.abs(expected) + 1e-7;
}
