import { quantizesActivations } from './quantizes-activations.ts';
import type { Recipe } from './recipe.ts';

export type CalibrationNeed = 'required' | 'optional' | 'none';

/** Whether a recipe takes samples from outside. Activations have to be seen; `optional`: the recipe is content with ranges of noise. */
export function calibrationNeed(recipe: Recipe): CalibrationNeed {
  if (!quantizesActivations(recipe)) return 'none';
  return recipe.backend_kwargs.random_calibration === true ? 'optional' : 'required';
}

export function needsCalibration(recipe: Recipe): boolean {
  return calibrationNeed(recipe) === 'required';
}
