import { InputError } from '../failure.ts';
import { modeloptOnnxOptions } from './modelopt-onnx-options.ts';
import type { OptionValues } from './option-card.ts';
import { readOptions } from './read-options.ts';
import type { Algorithm, LayerRule, QuantDtype, Recipe } from './recipe.ts';

/** What modelopt.onnx is asked for: its options under ModelOpt's names, with mode and method decided. */
export type OnnxSettings = Omit<OptionValues<typeof modeloptOnnxOptions>, 'quantize_mode'> & {
  readonly mode: 'int8' | 'fp8';
  /** `minmax` is TAO's word for `max`. */
  readonly method: 'max' | 'entropy' | 'percentile' | 'mse';
};

/** Errors: RECIPE_INVALID if rules and options ask for different modes. */
export function onnxSettings(recipe: Recipe): OnnxSettings {
  const { quantize_mode, ...options } = readOptions(modeloptOnnxOptions, recipe.backend_kwargs);
  return {
    ...options,
    mode: modeOf(recipe, quantize_mode),
    method: methods[recipe.algorithm ?? 'max'] ?? 'max',
  };
}

/** Others are refused by `checkRecipe`. */
const methods: Partial<Record<Algorithm, OnnxSettings['method']>> = {
  max: 'max',
  minmax: 'max',
  entropy: 'entropy',
  percentile: 'percentile',
  mse: 'mse',
};

const modeOfDtype: Partial<Record<QuantDtype, OnnxSettings['mode']>> = { int8: 'int8', fp8_e4m3fn: 'fp8' };

/** A model is quantized in one mode, as ModelOpt does it and TensorRT wants it. */
function modeOf({ layers, backend_kwargs }: Recipe, asked: OnnxSettings['mode'] | null): OnnxSettings['mode'] {
  const wishes = layers.flatMap((rule) => modesOf(rule).map((mode) => ({ rule, mode })));
  // A scale of FP8 alone says FP8.
  const mode = asked ?? wishes[0]?.mode ?? (backend_kwargs.fp8_scale === undefined ? 'int8' : 'fp8');
  const other = wishes.find((wish) => wish.mode !== mode);
  if (!other) return mode;
  throw new InputError(
    'RECIPE_INVALID',
    `The rule “${other.rule.module_name}” asks for ${other.mode}, and ${asked ? 'quantize_mode' : `the rule “${wishes[0]?.rule.module_name}”`} for ${mode}; an ONNX model is quantized in one of them`,
    { remedy: `Set all of them to ${mode} or all to ${other.mode}.` },
  );
}

function modesOf({ weights, activations }: LayerRule): readonly OnnxSettings['mode'][] {
  return [weights, activations].flatMap((rule) => modeOfDtype[rule?.dtype ?? 'native'] ?? []);
}
