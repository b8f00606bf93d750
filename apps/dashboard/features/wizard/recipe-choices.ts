import { type AlgorithmDecision, algorithmIn, decidedAlgorithm, followDecision } from './recipe-algorithm.ts';
import { modeIn, modeKey } from './recipe-mode.ts';
import { isRecord, kwargsIn, rulesIn } from './recipe-parts.ts';
import { setInRecipe } from './recipe-text.ts';

export type OptionFacts = {
  readonly key: string;
  readonly initial?: unknown;
  readonly withAlgorithm?: string | null;
  readonly onlyWith?: { readonly option: string; readonly value?: unknown } | null;
  readonly clash?: Clash | null;
  readonly decisions?: readonly AlgorithmDecision[];
};

type Clash = {
  readonly value?: unknown;
  readonly option: string;
  readonly otherValue?: unknown;
  readonly reason: string;
};

/** What an option is in a text of YAML. One that is only read beside another one's value says that value, where the other is left out. */
export function optionIn(yaml: string, options: readonly OptionFacts[], key: string): unknown {
  if (key === modeKey) return modeIn(yaml);
  const kwargs = kwargsIn(yaml);
  if (kwargs[key] !== undefined) return kwargs[key];
  const implied = options.find(({ key: other, onlyWith }) => onlyWith?.option === key && kwargs[other] !== undefined);
  return implied?.onlyWith ? implied.onlyWith.value : (options.find((option) => option.key === key)?.initial ?? null);
}

/** Whether an option has an effect beside the others of the text. */
export function hasEffect(yaml: string, options: readonly OptionFacts[], option: OptionFacts): boolean {
  const { onlyWith, withAlgorithm } = option;
  if (withAlgorithm && withAlgorithm !== (decidedAlgorithm(yaml, options) ?? algorithmIn(yaml))) return false;
  return !onlyWith || optionIn(yaml, options, onlyWith.option) === onlyWith.value;
}

/** The values of an option that cannot stand beside the others of the text, each with the reason. An option that clashes with another is clashed with by it. */
export function barredIn(yaml: string, options: readonly OptionFacts[], key: string): readonly Barred[] {
  return options.flatMap(({ key: owner, clash }) => {
    if (!clash) return [];
    const { value, option, otherValue, reason } = clash;
    if (owner === key && optionIn(yaml, options, option) === otherValue) return [{ value, reason }];
    if (option === key && optionIn(yaml, options, owner) === value) return [{ value: otherValue, reason }];
    return [];
  });
}

export type Barred = { readonly value: unknown; readonly reason: string };

/** The text with an option set; what a recipe means without it is not written down, nor what no longer has an effect. */
export function chooseOption(
  yaml: string,
  options: readonly OptionFacts[],
  { key, value }: { readonly key: string; readonly value: unknown },
): string {
  const initial = options.find((option) => option.key === key)?.initial ?? null;
  const idle = options.filter(({ onlyWith }) => onlyWith?.option === key && onlyWith.value !== value);
  const cleared = idle.reduce((text, option) => setInRecipe(text, ['backend_kwargs', option.key], undefined), yaml);
  const chosen = setInRecipe(cleared, ['backend_kwargs', key], same(value, initial) ? undefined : value);
  return followDecision(yaml, chosen, options);
}

function same(value: unknown, other: unknown): boolean {
  return JSON.stringify(value) === JSON.stringify(other);
}

/** The dtype that every Linear layer gets; `byRules`: rules of another kind decide. */
export type WeightChoice = { readonly dtype: string } | 'byRules';

/** `usual` is what happens without rules. */
export function weightsIn(yaml: string, usual: string): WeightChoice {
  const rules = rulesIn(yaml);
  if (rules.length === 0) return { dtype: usual };
  const [first] = rules;
  if (!isRecord(first) || !isGeneral(first) || !isRecord(first.weights)) return 'byRules';
  return typeof first.weights.dtype === 'string' ? { dtype: first.weights.dtype } : 'byRules';
}

/** Changes the rule for every Linear layer, or makes it; it goes where it says no more than `usual`. */
export function chooseWeights(yaml: string, usual: string, dtype: string): string {
  const [first, ...others] = rulesIn(yaml);
  if (first === undefined) {
    if (dtype === usual) return yaml;
    return setInRecipe(yaml, ['layers'], [{ module_name: 'Linear', weights: { dtype } }]);
  }
  const saysNoMore = others.length === 0 && isRecord(first) && first.activations === undefined && isBare(first.weights);
  if (dtype === usual && saysNoMore) return setInRecipe(yaml, ['layers'], undefined);
  return setInRecipe(yaml, ['layers', 0, 'weights', 'dtype'], dtype);
}

export function chooseSkips(yaml: string, names: readonly string[]): string {
  return setInRecipe(yaml, ['skip_names'], names.length > 0 ? [...names] : undefined);
}

const generalNames: readonly unknown[] = ['Linear', '*'];

function isGeneral(rule: Readonly<Record<string, unknown>>): boolean {
  return generalNames.includes(rule.module_name);
}

function isBare(weights: unknown): boolean {
  return isRecord(weights) && Object.keys(weights).every((key) => key === 'dtype');
}
