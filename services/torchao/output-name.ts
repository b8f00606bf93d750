import type { Recipe } from '#contract/recipe/recipe.ts';
import { torchaoSettings } from '#contract/recipe/torchao-request.ts';

/** What TAO Quant calls it; the directory inside the archive has the same name. */
export const archiveName = 'quantized_model_torchao';

export function outputName(recipe: Recipe): string {
  return `${archiveName}.${torchaoSettings(recipe).outputFormat}`;
}
