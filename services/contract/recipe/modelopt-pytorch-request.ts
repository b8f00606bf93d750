import { modeloptPytorchOptions } from './modelopt-pytorch-options.ts';
import type { OptionValues } from './option-card.ts';
import { isUsualAlgorithm, presetAlgorithm } from './preset-algorithm.ts';
import { readOptions } from './read-options.ts';
import type { Recipe } from './recipe.ts';

type Options = OptionValues<typeof modeloptPytorchOptions>;

/** A configuration of ModelOpt by its name. */
export type TorchPreset = NonNullable<Options['preset']>;

/** How activations find their amax; `mse` and `smoothquant` look at them with max and change the weights. */
export type TorchMethod = 'max' | 'entropy' | 'percentile' | 'mse' | 'smoothquant';

/** What modelopt.pytorch is asked for, with everything decided that a recipe may leave open. */
export type TorchSettings = Omit<Options, 'preset'> & {
  /** For layers that no rule names; null: they stay as they are. */
  readonly preset: TorchPreset | null;
  /** `minmax` is TAO's word for `max`. */
  readonly method: TorchMethod;
  /** No activation is quantized, whatever the preset says: neither a graph nor calibration data is needed. */
  readonly weightsOnly: boolean;
};

export function torchSettings(recipe: Recipe): TorchSettings {
  const { preset: asked, ...options } = readOptions(modeloptPytorchOptions, recipe.backend_kwargs);
  const preset = asked ?? (recipe.layers.length === 0 ? 'INT8_DEFAULT_CFG' : null);
  return { ...options, preset, method: methodOf(recipe), weightsOnly: isWeightsOnly(recipe, preset) };
}

/** A recipe that no person's text was read for may leave its preset's algorithm unsaid. */
function methodOf(recipe: Recipe): TorchMethod {
  const algorithm = isUsualAlgorithm(recipe.algorithm) ? presetAlgorithm(recipe) : recipe.algorithm;
  return algorithm === null || algorithm === 'minmax' ? 'max' : algorithm;
}

/** SmoothQuant looks at activations even where only weights would be quantized. */
function isWeightsOnly({ mode, layers, backend_kwargs }: Recipe, preset: TorchPreset | null): boolean {
  if (mode === 'weight_only_ptq') return true;
  if (backend_kwargs.compat === 'tao') return false;
  const byRule = layers.some(({ activations }) => activations !== null && activations.dtype !== 'native');
  return !byRule && (preset === null || preset === 'INT8_WEIGHT_ONLY_CFG');
}
