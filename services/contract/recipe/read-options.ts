import type { OptionCard, OptionValues } from './option-card.ts';
import type { Recipe } from './recipe.ts';

/** Every option of a backend: what the recipe says, else what its absence means. `checkRecipe` has refused all other values. */
export function readOptions<Cards extends Readonly<Record<string, OptionCard>>>(
  cards: Cards,
  kwargs: Recipe['backend_kwargs'],
): OptionValues<Cards> {
  const values = Object.entries(cards).map(([key, { initial }]) => [key, kwargs[key] ?? initial]);
  return Object.fromEntries(values) as OptionValues<Cards>;
}
