import { InputError } from '#contract/failure.ts';
import type { MatchedLayers } from '#contract/recipe/match-layers.ts';
import type { QuantizedTensor } from '#engine/graph/insert/quantized-tensors.ts';
import type { Layer } from './layer.ts';
import type { Network } from './network.ts';

/** The tensors with the axes that rules set for weights. Errors: RECIPE_INVALID for an axis that a weight lacks. */
export function withRuleAxes(
  tensors: readonly QuantizedTensor[],
  network: Network,
  rules: { readonly layers: readonly Layer[]; readonly decisions: MatchedLayers['decisions'] },
): readonly QuantizedTensor[] {
  const axes = new Map(
    rules.layers.flatMap(({ weight }, index) => {
      const decision = rules.decisions[index];
      const axis = decision?.kind === 'rule' ? decision.rule.weights?.quant_axis : undefined;
      return weight !== null && axis !== undefined ? [[weight, axis] as const] : [];
    }),
  );
  return tensors.map((quantized) => {
    const axis = axes.get(quantized.tensor);
    if (axis === undefined || !quantized.weight) return quantized;
    const rank = network.weights.get(quantized.tensor)?.shape.length ?? 0;
    return { ...quantized, axis: axis === null ? null : fromFront(axis, { rank, weight: quantized.tensor }) };
  });
}

/** −1 is the last axis. */
function fromFront(axis: number, { rank, weight }: { rank: number; weight: string }): number {
  if (axis >= -rank && axis < rank) return axis < 0 ? axis + rank : axis;
  throw new InputError(
    'RECIPE_INVALID',
    `A rule sets quant_axis to ${axis} for the weight ${weight}, which has ${rank} dimensions`,
    { remedy: `Take an axis from ${-rank} to ${rank - 1}, or null for one scale for the tensor.` },
  );
}
