import { parseRecipe } from '#contract/recipe/parse-recipe.ts';
import type { Recipe } from '#contract/recipe/recipe.ts';
import { InvalidInputError } from '../errors.ts';

export type RecipeSource = {
  readonly recipe?: unknown;
  readonly recipeYaml?: string | null | undefined;
};

/** The recipe of an input that has exactly one of its two forms; throws what the run would fail with. */
export function readRecipe({ recipe, recipeYaml }: RecipeSource): Recipe {
  const given = [recipe, recipeYaml].filter((source) => source !== null && source !== undefined);
  if (given.length !== 1) {
    throw new InvalidInputError(
      ['input', 'recipe'],
      `The input has ${given.length === 0 ? 'no recipe' : 'two recipes'}; it takes exactly one.`,
      'Give the recipe as JSON, or TAO’s `quantize:` section as YAML.',
    );
  }
  return parseRecipe(given[0]).recipe;
}
