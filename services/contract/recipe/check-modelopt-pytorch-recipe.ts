import { invalidRecipe } from './invalid-recipe.ts';
import { type TorchSettings, torchSettings } from './modelopt-pytorch-request.ts';
import { isUsualAlgorithm, presetAlgorithm } from './preset-algorithm.ts';
import type { LayerRule, Recipe } from './recipe.ts';

/** Refuses what contradicts itself whatever the model. Errors: RECIPE_INVALID. */
export function checkModeloptPytorchRecipe(recipe: Recipe): void {
  const settings = torchSettings(recipe);
  if (settings.compat === 'tao') checkTao(recipe);
  if (recipe.mode === 'weight_only_ptq') refuseActivations(recipe);
  if (settings.compat === null && settings.preset === null) refuseInputsAlone(recipe);
  refuseOtherAlgorithm(recipe);
  if (settings.weightsOnly) refuseMeasured(settings);
  settings.module_classes.forEach(checkPair);
}

/** TAO hands rules to ModelOpt and nothing else, and knows static_ptq only. */
function checkTao({ mode, layers, backend_kwargs }: Recipe): void {
  if (mode === 'weight_only_ptq')
    throw invalidRecipe(
      'compat tao has no mode weight_only_ptq: TAO offers modelopt.pytorch with static_ptq alone',
      'Set mode to static_ptq, or leave compat out.',
    );
  if (typeof backend_kwargs.preset === 'string')
    throw invalidRecipe(
      `compat tao takes rules, and preset is ${backend_kwargs.preset}, which TAO has no word for`,
      'Leave one of them out.',
    );
  if (layers.length === 0)
    throw invalidRecipe(
      'compat tao without rules quantizes nothing: TAO switches everything off then',
      'Write rules, or leave compat out for ModelOpt’s INT8_DEFAULT_CFG.',
    );
}

function refuseActivations({ layers, backend_kwargs }: Recipe): void {
  const rule = layers.find(quantizesActivations);
  if (rule)
    throw invalidRecipe(
      `the mode is weight_only_ptq, and the rule “${rule.module_name}” asks for activations of ${rule.activations?.dtype}`,
      'Set mode to static_ptq, or leave the activations out of the rule.',
    );
  if (backend_kwargs.preset === 'INT8_SMOOTHQUANT_CFG')
    throw invalidRecipe(
      'the mode is weight_only_ptq, and INT8_SMOOTHQUANT_CFG moves difficulty from activations into weights',
      'Set mode to static_ptq, or take INT8_WEIGHT_ONLY_CFG.',
    );
}

/** A run without a quantized weight is one with nothing to quantize, which says less. */
function refuseInputsAlone({ layers }: Recipe): void {
  const rule = layers.find(quantizesActivations);
  if (!rule || layers.some(({ weights }) => weights !== null && weights.dtype !== 'native')) return;
  throw invalidRecipe(
    `no rule quantizes weights, and “${rule.module_name}” asks for activations of ${rule.activations?.dtype} alone`,
    'Give a rule weights too, or name a preset for the layers that no rule names.',
  );
}

const quantizesActivations = ({ activations }: LayerRule): boolean =>
  activations !== null && activations.dtype !== 'native';

/** The preset without its algorithm would be INT8_DEFAULT_CFG under another name. */
function refuseOtherAlgorithm(recipe: Recipe): void {
  const decided = presetAlgorithm(recipe);
  if (decided === null || decided === recipe.algorithm || isUsualAlgorithm(recipe.algorithm)) return;
  throw invalidRecipe(
    `the preset ${recipe.backend_kwargs.preset} is ${decided}, and the algorithm is ${recipe.algorithm}`,
    `Leave the algorithm out, or take the preset INT8_DEFAULT_CFG with ${recipe.algorithm}.`,
  );
}

/** Methods that look at activations have nothing to look at. */
function refuseMeasured({ method }: TorchSettings): void {
  if (method === 'max' || method === 'mse') return;
  throw invalidRecipe(
    `the algorithm ${method} looks at activations, and this recipe quantizes weights alone`,
    'Take max or mse, or quantize activations too.',
  );
}

function checkPair(pair: string): void {
  if (/^[^=\s]+=[A-Za-z]\w*$/.test(pair)) return;
  throw invalidRecipe(
    `module_classes has ${JSON.stringify(pair)}, which is no name=class`,
    'Write it as in pool=MaxPool2d.',
  );
}
