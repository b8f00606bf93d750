import type { Companion, CompanionWeight } from '#engine/companion/companion.ts';
import type { QdqPair } from '#engine/companion/quantized/with-qdq.ts';
import { isRecurrent } from '#engine/companion/recurrent/recurrent-gates.ts';
import type { ExportedQuantizer } from './exported-quantizer.ts';
import type { PlacedPairs } from './input-pairs.ts';
import { pairScales } from './pair-scales.ts';
import type { ConstantReads, WeightInGraph } from './weight-pairs.ts';

/**
 * Pairs on weights that are a constant each, in front of whatever reads the constant: of a Linear, the Transpose. A
 * constant that is the weight of several modules is rounded for each at its own nodes.
 */
export function constantPairs(weights: readonly WeightInGraph[], { companion, readsOf }: ConstantReads): PlacedPairs {
  const placed = weights.map((weight): PlacedPairs => {
    if (!isTied(companion, weight.weight)) return onConstant(weight, readsOf(weight.weight.initializer));
    const { name } = weight.one;
    return weight.weight.sites.every(({ op }) => !isRecurrent(op))
      ? { pairs: atSites(weight, companion), left: [] }
      : { pairs: [], left: [{ name, why: shared }] };
  });
  return { pairs: placed.flatMap(({ pairs }) => pairs), left: placed.flatMap(({ left }) => left) };
}

const shared = 'the companion graph stores one weight for several recurrent modules';

const isTied = ({ weights }: Companion, weight: CompanionWeight): boolean =>
  weights.some((other) => other !== weight && other.initializer === weight.initializer);

function onConstant({ one, weight }: WeightInGraph, reads: QdqPair['reads']): PlacedPairs {
  const isTurned = weight.transformation.isTransposed;
  return { pairs: [{ ...rounding(one, isTurned), tensor: weight.initializer, reads }], left: [] };
}

function atSites({ one, weight }: WeightInGraph, { graph: { graph } }: Companion): readonly QdqPair[] {
  return weight.sites.map(({ node, weightInput: input, isTransposed, isTurned }) => {
    const tensor = graph.nodes[node]?.inputs[input] ?? '';
    return { ...rounding(one, isTransposed !== isTurned), tensor, reads: [{ node, input }] };
  });
}

/** As in ModelOpt's export, an axis with one channel is none. */
function rounding({ name, quantizer: { format, axis }, amax }: ExportedQuantizer, isTurned: boolean) {
  const inGraph = axis === null || amax.values.length === 1 ? null : isTurned ? 1 - axis : axis;
  return { name, format, scales: pairScales(amax.values, format), axis: inGraph, preScale: null };
}
