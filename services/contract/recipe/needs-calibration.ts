import type { Recipe } from './recipe.ts';

/** Whether a recipe needs samples from outside: static quantization does, unless the recipe asks for ranges of noise. */
export function needsCalibration({ mode, backend_kwargs }: Recipe): boolean {
  return mode === 'static_ptq' && backend_kwargs.random_calibration !== true;
}
