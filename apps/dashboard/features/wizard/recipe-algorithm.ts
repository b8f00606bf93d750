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

type Belonging = { readonly key: string; readonly withAlgorithm?: string | null };

/** The text with another algorithm, and without options that belong to one it no longer has. */
export function chooseAlgorithm(yaml: string, options: readonly Belonging[], algorithm: string): string {
  const idle = options.filter(({ withAlgorithm }) => withAlgorithm && withAlgorithm !== algorithm);
  const cleared = idle.reduce((text, { key }) => setInRecipe(text, ['backend_kwargs', key], undefined), yaml);
  return setInRecipe(cleared, ['algorithm'], algorithm);
}
