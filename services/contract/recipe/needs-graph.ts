import { quantizesActivations } from './quantizes-activations.ts';
import type { Recipe } from './recipe.ts';

/** Whether a recipe needs the network around a checkpoint, which says what its modules are called with. */
export function needsGraph(recipe: Recipe): boolean {
  return recipe.backend === 'modelopt.pytorch' && quantizesActivations(recipe);
}
