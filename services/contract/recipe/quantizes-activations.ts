import { torchSettings } from './modelopt-pytorch-request.ts';
import type { Recipe } from './recipe.ts';

/** Whether a recipe quantizes activations, which have to be seen first: in a graph, with data. */
export function quantizesActivations(recipe: Recipe): boolean {
  if (recipe.backend === 'modelopt.pytorch') return !torchSettings(recipe).weightsOnly;
  return recipe.mode === 'static_ptq';
}
