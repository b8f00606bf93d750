import { quantizesActivations } from './quantizes-activations.ts';
import type { Recipe } from './recipe.ts';

/** Whether a recipe needs samples from outside: activations do, unless the recipe asks for ranges of noise. */
export function needsCalibration(recipe: Recipe): boolean {
  return quantizesActivations(recipe) && recipe.backend_kwargs.random_calibration !== true;
}
