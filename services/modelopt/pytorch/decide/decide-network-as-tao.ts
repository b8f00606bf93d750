import { type LayerDecision, matchesLayer, matchLayers } from '#contract/recipe/match-layers.ts';
import type { TorchSettings } from '#contract/recipe/modelopt-pytorch-request.ts';
import type { LayerRule, Recipe } from '#contract/recipe/recipe.ts';
import type { NetworkModule } from '../network/network-modules.ts';
import { decideAsTao } from './decide-as-tao.ts';
import type { NetworkDecisions } from './decide-network.ts';

/** TAO lets a rule that matches nothing pass, and what it does not name is quantized anyway: a warning says so. */
export function decideNetworkAsTao(
  modules: readonly NetworkModule[],
  recipe: Recipe,
  settings: TorchSettings,
): NetworkDecisions {
  const isIdle = ({ module_name }: LayerRule) => !modules.some((module) => matchesLayer(module_name, module));
  const idle = recipe.layers.filter(isIdle);
  const layers = recipe.layers.filter((rule) => !isIdle(rule));
  const matched = matchLayers({ ...recipe, layers }, modules);
  return {
    decisions: modules.map((module, i) => {
      const decision = matched.decisions[i] ?? { kind: 'unnamed' };
      return {
        ...decideAsTao(module, { ...lastWords(module, layers), skippedBy: skipOf(decision) }, settings),
        decision,
      };
    }),
    rules: [
      ...idle.map(({ module_name }) => ({ pattern: module_name, kind: 'layer' as const, hits: 0 })),
      ...matched.rules,
    ],
    warnings: [
      ...matched.warnings,
      ...idle.map(
        ({ module_name }) =>
          `layers: ${module_name} matches no layer of this model; as with TAO, the others are quantized to INT8 all the same`,
      ),
    ],
  };
}

function lastWords(module: NetworkModule, layers: readonly LayerRule[]) {
  const naming = layers.filter(({ module_name }) => matchesLayer(module_name, module));
  return {
    weights: naming.findLast(({ weights }) => weights !== null) ?? null,
    activations: naming.findLast(({ activations }) => activations !== null) ?? null,
  };
}

const skipOf = (decision: LayerDecision): string | null => (decision.kind === 'skip' ? decision.pattern : null);
