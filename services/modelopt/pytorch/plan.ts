import type { BackendInput } from '#contract/backend.ts';
import { type Plan, type PlannedLayer, plannedTensor, type Verdict } from '#contract/plan.ts';
import { checkRecipe } from '#contract/recipe/check-recipe.ts';
import { type LayerDecision, matchLayers } from '#contract/recipe/match-layers.ts';
import type { Recipe } from '#contract/recipe/recipe.ts';
import { bytesOfWeights } from '#engine/formats/pth/bytes-of-weights.ts';
import { decideQuantizers, type ModuleDecision } from './decide-quantizers.ts';
import { type Network, withNetwork } from './network.ts';
import { warningsOf } from './plan-warnings.ts';
import type { Quantizer } from './quantizer.ts';

/** Errors: those of `withNetwork`; RECIPE_INVALID, RULE_MATCHES_NOTHING, UNSUPPORTED. */
export async function plan(input: BackendInput): Promise<Plan> {
  checkRecipe(input.recipe);
  return withNetwork(input, async (network) => {
    const { decisions, rules, warnings } = decideNetwork(network, input.recipe);
    return {
      backend: 'modelopt.pytorch',
      layers: decisions.filter(isListed).map(plannedLayer),
      rules,
      warnings: [...warnings, ...warningsOf(network, input.files.model.name)],
      bytesBefore: bytesOfWeights(network.checkpoint),
      bytesAfter:
        bytesOfWeights(network.checkpoint) + decisions.reduce((sum, decision) => sum + addedBytes(decision), 0),
    };
  });
}

export type NetworkDecisions = Pick<Plan, 'rules' | 'warnings'> & {
  readonly decisions: readonly (ModuleDecision & { readonly decision: LayerDecision })[];
};

/** What the recipe makes of every module; `plan` shows it and `quantize` does it. */
export function decideNetwork({ modules }: Network, recipe: Recipe): NetworkDecisions {
  const matched = matchLayers(recipe, modules);
  const decisions = modules.map((module, i) => {
    const decision = matched.decisions[i] ?? { kind: 'unnamed' as const };
    return { ...decideQuantizers(module, decision), decision };
  });
  return { decisions, rules: matched.rules, warnings: matched.warnings };
}

/** Activations and the like hold nothing and get nothing. */
const isListed = ({ module, quantizers }: ModuleDecision): boolean => module.weight !== null || quantizers.length > 0;

function plannedLayer({ module, quantizers, reason, decision }: NetworkDecisions['decisions'][number]): PlannedLayer {
  const planned = (role: Quantizer['role']) =>
    quantizers.find((quantizer) => quantizer.role === role && quantizer.isEnabled);
  const weight = planned('weight');
  const input = planned('input');
  const verdict: Verdict = weight ? 'quantized' : decision.kind === 'skip' ? 'skipped' : 'native';
  return {
    name: module.name,
    class: module.class,
    evidence: module.evidence,
    shape: module.weight?.shape ?? [],
    verdict,
    weights: weight ? plannedTensor(weight.format, weight.axis) : null,
    activations: input ? plannedTensor(input.format, input.axis) : null,
    reason,
  };
}

/** What the pickle says of a quantizer, and the zip entry of an amax. */
const stateBytes = 150;
const entryBytes = 295;

function addedBytes({ quantizers, module }: ModuleDecision): number {
  return quantizers.reduce((sum, { isEnabled, axis }) => {
    const values = axis === null ? 1 : (module.weight?.shape[axis] ?? 1);
    return sum + stateBytes + (isEnabled ? entryBytes + values * 4 : 0);
  }, 0);
}
