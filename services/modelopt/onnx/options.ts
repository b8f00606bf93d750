import { InputError } from '#contract/failure.ts';
import { checkRecipe } from '#contract/recipe/check-recipe.ts';
import type { Recipe } from '#contract/recipe/recipe.ts';

/** Refuses what would otherwise be left out in silence. Errors: RECIPE_INVALID. */
export function checkOptions(recipe: Recipe): void {
  checkRecipe(recipe);
  for (const { module_name, weights, activations } of recipe.layers) {
    if (weights?.dtype !== 'int8' || activations?.dtype !== 'native') continue;
    throw new InputError(
      'RECIPE_INVALID',
      `The rule ${module_name} wants int8 weights with native activations; an int8 kernel needs both.`,
      { remedy: 'Set both to int8, or both to native.' },
    );
  }
}
