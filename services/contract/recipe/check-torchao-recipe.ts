import { InputError } from '../failure.ts';
import type { LayerRule, Recipe } from './recipe.ts';
import { granularityWords, requestOf, torchaoSettings } from './torchao-request.ts';

/** Refuses what contradicts itself, and what torchao cannot mean whatever a rule matches. Errors: RECIPE_INVALID. */
export function checkTorchaoRecipe(recipe: Recipe): void {
  const { granularity, group_size } = recipe.backend_kwargs;
  if (group_size !== undefined && granularity !== undefined && granularity !== 'per_group')
    throw invalid(
      `The options ask for ${granularity} and for groups of ${group_size} at once`,
      'Set granularity to per_group, or leave group_size out.',
    );
  for (const rule of recipe.layers) checkRule(rule);
  checkRelease(recipe);
}

function checkRule({ module_name, weights }: LayerRule): void {
  if (weights === null || weights.dtype === 'native') return;
  const { quant_axis, group_size } = weights;
  if (quant_axis !== undefined && quant_axis !== null && quant_axis !== 0)
    throw invalid(
      `The rule “${module_name}” sets quant_axis to ${quant_axis}; torchao keeps a scale for each row, which is axis 0, or one for the tensor`,
      'Set quant_axis to 0 for rows, to null for the tensor, or group_size for groups in a row.',
    );
  if (quant_axis !== undefined && group_size !== undefined)
    throw invalid(
      `The rule “${module_name}” sets both quant_axis ${quant_axis} and group_size ${group_size}, which are two ways to share scales`,
      'Leave one of them out.',
    );
}

/** torchao 0.15 to 0.17 make FP8 of rows only. */
function checkRelease(recipe: Recipe): void {
  const { compat, granularity } = torchaoSettings(recipe);
  if (compat === null || compat === 'torchao-0.18') return;
  for (const { module_name, weights } of recipe.layers) {
    const request = requestOf(weights, granularity);
    if (!request || request.dtype === 'int8' || request.granularity.kind === 'per_row') continue;
    throw invalid(
      `The rule “${module_name}” asks for ${request.dtype} ${granularityWords(request.granularity)}, which ${compat} does not make: before 0.18 it is per row`,
      'Leave compat out or set it to torchao-0.18, or ask for rows with quant_axis 0.',
    );
  }
}

function invalid(message: string, remedy: string): InputError {
  return new InputError('RECIPE_INVALID', message, { remedy });
}
