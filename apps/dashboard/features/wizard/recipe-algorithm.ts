import { kwargsIn } from './recipe-parts.ts';
import { readRecipeText, setInRecipe } from './recipe-text.ts';

/** How a recipe finds the ranges of activations; the default is the largest magnitude, which TAO calls minmax as well. */
export function algorithmIn(yaml: string): string {
  const said = readRecipeText(yaml).section?.algorithm;
  const name = typeof said === 'string' ? said.toLowerCase() : 'max';
  return name === 'minmax' ? 'max' : name;
}

/** The names that differ in what they do. */
export function distinctAlgorithms(offered: readonly string[]): readonly string[] {
  return offered.filter((name) => name !== 'minmax' || !offered.includes('max'));
}

export type AlgorithmDecision = { readonly option: string; readonly value: unknown; readonly algorithm: string };

type Deciding = { readonly key: string; readonly decisions?: readonly AlgorithmDecision[] };

/** Each option with those of its values that decide the algorithm. */
export function withDecisions<T extends { readonly key: string }>(
  options: readonly T[],
  decisions: readonly AlgorithmDecision[],
): readonly (T & Deciding)[] {
  return options.map((one) => ({ ...one, decisions: decisions.filter(({ option }) => option === one.key) }));
}

/** The algorithm that a chosen option decides, whatever the text says; null: the text's own is free. */
export function decidedAlgorithm(yaml: string, options: readonly Deciding[]): string | null {
  const kwargs = kwargsIn(yaml);
  const all = options.flatMap(({ decisions = [] }) => decisions);
  return all.find(({ option, value }) => kwargs[option] === value)?.algorithm ?? null;
}

/** The text after an option was chosen that may decide the algorithm: nothing in it contradicts or outlives the decision. */
export function followDecision(before: string, after: string, options: readonly (Belonging & Deciding)[]): string {
  const decided = decidedAlgorithm(after, options);
  if (decided === decidedAlgorithm(before, options)) return after;
  const own = algorithmIn(after);
  if (decided === null || own === 'max' || own === decided) return withoutIdle(after, options, decided ?? own);
  return setInRecipe(withoutIdle(after, options, decided), ['algorithm'], 'max');
}

type Belonging = { readonly key: string; readonly withAlgorithm?: string | null };

/** The text with another algorithm, and without options that belong to one it no longer has. */
export function chooseAlgorithm(yaml: string, options: readonly Belonging[], algorithm: string): string {
  return setInRecipe(withoutIdle(yaml, options, algorithm), ['algorithm'], algorithm);
}

function withoutIdle(yaml: string, options: readonly Belonging[], algorithm: string): string {
  const idle = options.filter(({ withAlgorithm }) => withAlgorithm && withAlgorithm !== algorithm);
  return idle.reduce((text, { key }) => setInRecipe(text, ['backend_kwargs', key], undefined), yaml);
}
