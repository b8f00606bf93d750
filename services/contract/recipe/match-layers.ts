import { InputError } from '../failure.ts';
import { namesToTry } from '../names-to-try.ts';
import type { RuleHits } from '../plan.ts';
import { fnmatch } from './fnmatch.ts';
import type { LayerRule, Recipe } from './recipe.ts';

/** What a pattern can name. `names` holds the qualified name first, then others it goes by (a module behind a node). */
export type Matchable = { readonly names: readonly string[]; readonly class: string };

export type LayerDecision =
  /** The recipe has no rules: the backend's default decides. */
  | { readonly kind: 'default' }
  | { readonly kind: 'rule'; readonly rule: LayerRule }
  /** The recipe has rules and none names this layer. */
  | { readonly kind: 'unnamed' }
  | { readonly kind: 'skip'; readonly pattern: string };

export type MatchedLayers = {
  /** One for each layer, in order. */
  readonly decisions: readonly LayerDecision[];
  readonly rules: readonly RuleHits[];
  readonly warnings: readonly string[];
};

/**
 * Applies `layers` and `skip_names` as TAO Quant does: fnmatch on a qualified name, else on the class name; the
 * last rule that matches wins; a skip pattern wins over every rule. A pattern that matches nothing is an
 * `InputError` with the nearest names, since a typing error would otherwise leave layers as they are in silence.
 */
export function matchLayers(recipe: Recipe, layers: readonly Matchable[]): MatchedLayers {
  const matches = (pattern: string) => layers.map((layer) => matchesLayer(pattern, layer));
  const rules = recipe.layers.map((rule) => ({ rule, matched: matches(rule.module_name) }));
  const skips = recipe.skip_names.map((pattern) => ({ pattern, matched: matches(pattern) }));

  for (const { rule, matched } of rules)
    if (!matched.includes(true)) throw matchesNothing(rule.module_name, 'layers', layers);
  const idle = skips.filter(({ matched }) => !matched.includes(true)).map(({ pattern }) => pattern);
  for (const pattern of idle) if (!taoDefaultSkips.has(pattern)) throw matchesNothing(pattern, 'skip_names', layers);

  return {
    decisions: layers.map((_, i): LayerDecision => {
      const skip = skips.find(({ matched }) => matched[i]);
      if (skip) return { kind: 'skip', pattern: skip.pattern };
      if (recipe.layers.length === 0) return { kind: 'default' };
      const last = rules.findLast(({ matched }) => matched[i]);
      return last ? { kind: 'rule', rule: last.rule } : { kind: 'unnamed' };
    }),
    rules: [
      ...rules.map(({ rule, matched }) => ({
        pattern: rule.module_name,
        kind: 'layer' as const,
        hits: count(matched),
      })),
      ...skips.map(({ pattern, matched }) => ({ pattern, kind: 'skip' as const, hits: count(matched) })),
    ],
    warnings: idle.map((pattern) => `skip_names: ${pattern} matches no layer of this model`),
  };
}

/** The skip list that TAO's own specs ship with: naming what a model lacks is not a typing error there. */
const taoDefaultSkips: ReadonlySet<string> = new Set([
  '*lm_head*',
  '*block_sparse_moe.gate*',
  '*router*',
  '*output_layer*',
  'output.*',
  'BatchNorm1d',
  'BatchNorm2d',
  'BatchNorm3d',
  'LeakyReLU',
  '*head*',
  '*bert*',
  '*text_encoder*',
]);

export function matchesLayer(pattern: string, layer: Matchable): boolean {
  return layer.names.some((name) => name !== '' && fnmatch(name, pattern)) || fnmatch(layer.class, pattern);
}

function matchesNothing(pattern: string, key: 'layers' | 'skip_names', layers: readonly Matchable[]): InputError {
  const known = layers
    .flatMap(({ names, class: className }) => [...names, className])
    .filter((name) => name !== '' && name !== 'unknown');
  return new InputError(
    'RULE_MATCHES_NOTHING',
    `${key}: the pattern “${pattern}” matches none of the ${layers.length} layers of this model`,
    { remedy: known.length > 0 ? namesToTry(pattern, known) : 'The model has no layers to name.' },
  );
}

const count = (matched: readonly boolean[]): number => matched.filter(Boolean).length;
