import type { Plan } from '#contract/plan.ts';
import { type LayerDecision, matchLayers } from '#contract/recipe/match-layers.ts';
import { type TorchSettings, torchSettings } from '#contract/recipe/modelopt-pytorch-request.ts';
import type { Recipe } from '#contract/recipe/recipe.ts';
import type { Network } from '../network/network.ts';
import type { NetworkModule } from '../network/network-modules.ts';
import { decideNetworkAsTao } from './decide-network-as-tao.ts';
import { decideQuantizers, type ModuleDecision } from './decide-quantizers.ts';
import { idleRules } from './idle-rules.ts';
import { skipQuantizers, splitSkips } from './skip-quantizers.ts';
import { withFollowedStates } from './with-followed-states.ts';

export type DecidedModule = ModuleDecision & { readonly decision: LayerDecision };

export type NetworkDecisions = Pick<Plan, 'rules' | 'warnings'> & { readonly decisions: readonly DecidedModule[] };

/**
 * What the recipe makes of every module; `plan` shows it and `quantize` does it.
 * Errors: RULE_MATCHES_NOTHING; UNSUPPORTED for an axis that is not offered.
 */
export function decideNetwork(
  { modules, companion }: Pick<Network, 'modules' | 'companion'>,
  recipe: Recipe,
): NetworkDecisions {
  const settings = torchSettings(recipe);
  const skips = splitSkips(recipe.skip_names, modules, settings.modelopt_version);
  const ofModules = { ...recipe, skip_names: skips.ofModules };
  const decide = settings.compat === 'tao' ? decideNetworkAsTao : decideModules;
  const decided = decide(modules, ofModules, settings);
  const skipped = skipQuantizers(decided.decisions, skips.ofQuantizers);
  const decisions = skipped.decisions.map((module) => withFollowedStates(module, companion));
  return {
    decisions,
    rules: [...decided.rules, ...skipped.rules],
    warnings: [...decided.warnings, ...idleRules(decisions)],
  };
}

function decideModules(modules: readonly NetworkModule[], recipe: Recipe, settings: TorchSettings): NetworkDecisions {
  const { decisions, rules, warnings } = matchLayers(recipe, modules);
  return {
    decisions: modules.map((module, i) => {
      const decision = decisions[i] ?? { kind: 'unnamed' };
      return { ...decideQuantizers(module, decision, settings), decision };
    }),
    rules,
    warnings,
  };
}
