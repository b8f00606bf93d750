import { type PlannedLayer, plannedTensor, verdictOf } from '#contract/plan.ts';
import type { DecidedModule } from './decide/decide-network.ts';
import type { Quantizer } from './quantizer.ts';

/** Every module with a weight or a quantizer; activations and the like hold nothing and get nothing. */
export function plannedLayers(decisions: readonly DecidedModule[]): readonly PlannedLayer[] {
  return decisions
    .filter(({ module, quantizers }) => module.weight !== null || quantizers.length > 0)
    .map(plannedLayer);
}

function plannedLayer({ module, quantizers, reason, decision }: DecidedModule): PlannedLayer {
  const planned = (role: Quantizer['role']) =>
    quantizers.find((quantizer) => quantizer.role === role && quantizer.isEnabled);
  const weight = planned('weight');
  const input = planned('input');
  const weights = weight ? plannedTensor(weight.format, weight.axis) : null;
  const activations = input ? plannedTensor(input.format, input.axis) : null;
  return {
    name: module.name,
    class: module.class,
    evidence: module.evidence,
    shape: module.weight?.shape ?? [],
    verdict: verdictOf({ weights, activations, isSkipped: decision.kind === 'skip' }),
    weights,
    activations,
    reason,
  };
}
