import { listNames } from '#contract/list-names.ts';
import type { LayerRule } from '#contract/recipe/recipe.ts';
import type { DecidedModule } from './decide-network.ts';
import { formatOf } from './format-of.ts';
import { quantizableClass } from './quantizer-table.ts';

/** Rules that ask for something and change nothing, and classes that the chosen release cannot quantize: a sentence each. */
export function idleRules(decisions: readonly DecidedModule[]): readonly string[] {
  const byRule = new Map<LayerRule, DecidedModule[]>();
  for (const decided of decisions) {
    const { decision } = decided;
    if (decision.kind !== 'rule' || !wants(decision.rule)) continue;
    byRule.set(decision.rule, [...(byRule.get(decision.rule) ?? []), decided]);
  }
  return [...byRule].flatMap(([rule, decided]) => {
    const isIdle = decided.every(({ quantizers }) => !quantizers.some(({ isEnabled }) => isEnabled));
    if (isIdle) return [sentence(rule, decided)];
    const tooNew = decided.filter(
      ({ module, quantizers }) => quantizers.length === 0 && quantizableClass(module.class),
    );
    return tooNew.length > 0 ? [sentence(rule, tooNew)] : [];
  });
}

const wants = ({ weights, activations }: LayerRule): boolean =>
  [weights, activations].some((asked) => formatOf(asked) !== null);

function sentence({ module_name }: LayerRule, decided: readonly DecidedModule[]): string {
  const names = listNames(decided.map(({ module }) => module.name));
  return `The rule “${module_name}” leaves ${names} as before: ${[...new Set(decided.map(({ reason }) => reason))].join('; ')}.`;
}
