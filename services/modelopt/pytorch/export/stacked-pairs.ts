import type { QdqPair } from '#engine/companion/quantized/with-qdq.ts';
import { reorderGates } from '#engine/companion/recurrent/recurrent-gates.ts';
import type { PlacedPairs } from './input-pairs.ts';
import { pairScales } from './pair-scales.ts';
import type { ConstantReads, WeightInGraph } from './weight-pairs.ts';

/**
 * Pairs on constants that stack the weights of a recurrent layer, [directions, rows, columns]: along the rows of one
 * direction, or along the directions where each has one scale. A pair has no two axes.
 */
export function stackedPairs(weights: readonly WeightInGraph[], { readsOf }: ConstantReads): PlacedPairs {
  const stacks = new Map<string, WeightInGraph[]>();
  for (const weight of weights) {
    const { initializer } = weight.weight;
    stacks.set(initializer, [...(stacks.get(initializer) ?? []), weight]);
  }
  const placed = [...stacks].map(([tensor, parts]): PlacedPairs => {
    const rounding = stackedRounding(parts);
    return typeof rounding === 'string'
      ? { pairs: [], left: parts.map(({ one: { name } }) => ({ name, why: rounding })) }
      : { pairs: [{ ...rounding, tensor, reads: readsOf(tensor), preScale: null }], left: [] };
  });
  return { pairs: placed.flatMap(({ pairs }) => pairs), left: placed.flatMap(({ left }) => left) };
}

type Rounding = Pick<QdqPair, 'name' | 'format' | 'scales' | 'axis'>;

/** Why there is none, as a clause. */
function stackedRounding(parts: readonly WeightInGraph[]): Rounding | string {
  const ordered = parts.toSorted((a, b) => partOf(a).index - partOf(b).index);
  const [first] = ordered;
  if (!first || ordered.length !== partOf(first).count)
    return 'the companion graph stacks the weight with one that stays as it is';
  const { name, quantizer, amax } = first.one;
  const { format } = quantizer;
  if (ordered.some(({ one }) => one.quantizer.format !== format))
    return 'the companion graph stacks weights of two formats';
  const amaxes = ordered.map(({ one }) => one.amax.values);
  if (amaxes.every(({ length }) => length === 1)) {
    const scales = pairScales(Float32Array.from(amaxes.flatMap((values) => [...values])), format);
    return { name, format, scales, axis: ordered.length === 1 ? null : 0 };
  }
  if (ordered.length > 1)
    return 'the companion graph stacks two directions with scales by row, and a pair has no scales along two axes';
  const { gates } = first.weight.transformation;
  return { name, format, scales: pairScales(gates ? reorderGates(amax.values, gates) : amax.values, format), axis: 1 };
}

const partOf = ({ weight }: WeightInGraph) => weight.transformation.part ?? { index: 0, count: 1 };
