import { torchSettings } from '#contract/recipe/modelopt-pytorch-request.ts';
import type { Recipe } from '#contract/recipe/recipe.ts';

/** Where the result departs on purpose from what the real tools would write of the same recipe, a sentence each. */
export function deviationsOf(recipe: Recipe): readonly string[] {
  const { compat, method } = torchSettings(recipe);
  return [
    ...(recipe.layers.length > 0 && compat === null ? [namedOnly] : []),
    ...(method === 'entropy' || method === 'percentile' ? [byHand(method)] : []),
  ];
}

const namedOnly =
  'Layers that no rule names stay as they are, or follow the preset that the recipe names, and weights keep a scale for each output channel unless quant_axis says otherwise; TAO would quantize the former to INT8 all the same, and give the latter one scale.';

const byHand = (method: string) =>
  `Activations are calibrated with ${method}; mtq.quantize knows no such algorithm, and ModelOpt’s histogram calibrator, which has it, can only be put into place by hand.`;
