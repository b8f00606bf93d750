import { InputError } from '#contract/failure.ts';
import { nearestNames } from '#contract/nearest-names.ts';
import type { JsonValue, Recipe } from '#contract/recipe/recipe.ts';

/** The options of `modelopt.onnx.quantization.quantize` that are followed, by its own names. */
const known = { high_precision_dtype: ['fp32'] } as const satisfies Record<string, readonly JsonValue[]>;

/** Refuses what would otherwise be left out in silence. Errors: RECIPE_INVALID. */
export function checkOptions(recipe: Recipe): void {
  for (const [name, value] of Object.entries(recipe.backend_kwargs)) {
    if (!Object.hasOwn(known, name)) {
      const [nearest] = nearestNames(name, Object.keys(known));
      throw new InputError('RECIPE_INVALID', `backend_kwargs has ${name}, which modelopt.onnx does not take here.`, {
        remedy: `Known are ${Object.keys(known).join(', ')}${nearest ? `; did you mean ${nearest}?` : '.'}`,
      });
    }
    const offered: readonly JsonValue[] = known[name as keyof typeof known];
    if (!offered.includes(value)) {
      throw new InputError(
        'RECIPE_INVALID',
        `${name} is ${JSON.stringify(value)}; modelopt.onnx offers ${offered.join(', ')} here.`,
      );
    }
  }
  for (const { module_name, weights, activations } of recipe.layers) {
    if (weights?.dtype === 'int8' && activations?.dtype === 'native') {
      throw new InputError(
        'RECIPE_INVALID',
        `The rule ${module_name} wants int8 weights with native activations; an int8 kernel needs both.`,
        { remedy: 'Set both to int8, or both to native.' },
      );
    }
  }
}
