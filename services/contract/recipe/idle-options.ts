import { backendCard } from './catalogue.ts';
import type { OptionCard } from './option-card.ts';
import type { Recipe } from './recipe.ts';

/** What a recipe says that changes nothing, each as a sentence with why. */
export function idleOptions(recipe: Recipe): readonly string[] {
  const card = backendCard(recipe.backend);
  return Object.keys(recipe.backend_kwargs).flatMap((key) => {
    const why = card.idleKwargs[key] ?? whyUnread(recipe, card.kwargs[key]);
    return why === undefined ? [] : [`${key} is accepted and has no effect: ${why}`];
  });
}

function whyUnread({ algorithm, backend_kwargs }: Recipe, option: OptionCard | undefined): string | undefined {
  if (option?.withAlgorithm !== undefined && option.withAlgorithm !== algorithm)
    return `it belongs to the algorithm ${option.withAlgorithm}`;
  if (!option?.onlyWith) return undefined;
  const { option: other, value } = option.onlyWith;
  const said = backend_kwargs[other] ?? null;
  return said === null || said === value ? undefined : `it is read where ${other} is ${value}`;
}
