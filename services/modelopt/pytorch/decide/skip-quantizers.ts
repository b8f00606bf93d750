import type { RuleHits } from '#contract/plan.ts';
import { fnmatch } from '#contract/recipe/fnmatch.ts';
import { matchesLayer } from '#contract/recipe/match-layers.ts';
import type { NetworkModule } from '../network/network-modules.ts';
import { quantizerName } from '../quantizer.ts';
import type { DecidedModule } from './decide-network.ts';
import { insertedQuantizers } from './inserted-quantizers.ts';
import type { Release } from './quantizer-table.ts';

export type SplitSkips = { readonly ofModules: readonly string[]; readonly ofQuantizers: readonly string[] };

/** Patterns that name no module may name quantizers, as ModelOpt's own configurations do: `lstm.layer_1_input_quantizer`. */
export function splitSkips(
  patterns: readonly string[],
  modules: readonly NetworkModule[],
  release: Release,
): SplitSkips {
  const idle = patterns.filter((pattern) => !modules.some((module) => matchesLayer(pattern, module)));
  if (idle.length === 0) return { ofModules: patterns, ofQuantizers: [] };
  const names = modules.flatMap((module) => insertedQuantizers(module, release)).map(quantizerName);
  const ofQuantizers = idle.filter((pattern) => names.some((name) => fnmatch(name, pattern)));
  return { ofModules: patterns.filter((pattern) => !ofQuantizers.includes(pattern)), ofQuantizers };
}

type Skipped = { readonly decisions: readonly DecidedModule[]; readonly rules: readonly RuleHits[] };

/** The named quantizers off; a module that thereby loses all of its weights' was skipped, as far as none of its inputs is left on. */
export function skipQuantizers(decisions: readonly DecidedModule[], patterns: readonly string[]): Skipped {
  if (patterns.length === 0) return { decisions, rules: [] };
  const hits = new Map(patterns.map((pattern) => [pattern, 0]));
  const skipped = decisions.map((decided) => {
    const found = patterns.filter((pattern) => decided.quantizers.some((one) => fnmatch(quantizerName(one), pattern)));
    const [first] = found;
    if (first === undefined) return decided;
    for (const pattern of found) hits.set(pattern, (hits.get(pattern) ?? 0) + 1);
    return withoutNamed(decided, found);
  });
  return {
    decisions: skipped,
    rules: [...hits].map(([pattern, count]) => ({ pattern, kind: 'skip', hits: count })),
  };
}

function withoutNamed(decided: DecidedModule, patterns: readonly string[]): DecidedModule {
  const quantizers = decided.quantizers.map((quantizer) => {
    const isNamed = patterns.some((pattern) => fnmatch(quantizerName(quantizer), pattern));
    return isNamed ? { ...quantizer, isEnabled: false } : quantizer;
  });
  const reason = `${decided.reason}; skip_names: ${patterns.join(', ')}`;
  if (quantizers.some(({ role, isEnabled }) => role === 'weight' && isEnabled))
    return { ...decided, quantizers, reason };
  return { ...decided, quantizers, reason, decision: { kind: 'skip', pattern: patterns[0] ?? '' } };
}
