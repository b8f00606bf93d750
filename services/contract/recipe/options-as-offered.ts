import type { OptionCard } from './option-card.ts';
import type { Recipe } from './recipe.ts';

type Options = Recipe['backend_kwargs'];

/** YAML reads `modelopt_version: 0.41` as a number, and what is offered is the text: such a number becomes what it was written as. */
export function optionsAsOffered(cards: Readonly<Record<string, OptionCard>>, options: Options): Options {
  return Object.fromEntries(
    Object.entries(options).map(([key, value]) => {
      const takes = Object.hasOwn(cards, key) ? cards[key]?.takes : undefined;
      const isNumberOfText = typeof value === 'number' && takes && 'oneOf' in takes && takes.oneOf.includes(`${value}`);
      return [key, isNumberOfText ? `${value}` : value];
    }),
  );
}
