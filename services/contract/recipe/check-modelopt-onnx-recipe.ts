import { InputError } from '../failure.ts';
import { listNames } from '../list-names.ts';
import { type OnnxSettings, onnxSettings } from './modelopt-onnx-request.ts';
import type { Recipe } from './recipe.ts';

/** What TensorRT has FP8 kernels for. */
const float8Ops: readonly string[] = ['Conv', 'Gemm', 'MatMul', 'Add'];

/** Lists of what is quantized and of what is not, which nothing may be in together. */
const opposites = [
  ['op_types_to_quantize', 'op_types_to_exclude'],
  ['nodes_to_quantize', 'nodes_to_exclude'],
] as const;

/** Refuses what contradicts itself whatever the model. Errors: RECIPE_INVALID. */
export function checkModeloptOnnxRecipe(recipe: Recipe): void {
  const settings = onnxSettings(recipe);
  for (const { module_name, weights, activations } of recipe.layers) {
    if (weights === null || activations === null || (weights.dtype === 'native') === (activations.dtype === 'native'))
      continue;
    throw new InputError(
      'RECIPE_INVALID',
      `The rule ${module_name} wants ${weights.dtype} weights with ${activations.dtype} activations; a quantized kernel needs both`,
      { remedy: 'Set both to the same, or both to native.' },
    );
  }
  refuseContradictions(settings);
  const foreign = settings.op_types_to_quantize?.find((op) => !float8Ops.includes(op));
  if (settings.mode === 'fp8' && foreign !== undefined)
    throw new InputError(
      'RECIPE_INVALID',
      `op_types_to_quantize has ${foreign}, for which TensorRT has no FP8 kernel`,
      { remedy: `Take some of ${float8Ops.join(', ')}, or INT8.` },
    );
}

/** ModelOpt lets the exclusion win in silence, and so does `compat`. */
function refuseContradictions(settings: OnnxSettings): void {
  if (settings.compat !== null) return;
  for (const [quantized, excluded] of opposites) {
    const both = settings[quantized]?.filter((one) => settings[excluded]?.includes(one)) ?? [];
    if (both.length === 0) continue;
    throw new InputError('RECIPE_INVALID', `${quantized} and ${excluded} both have ${listNames(both)}`, {
      remedy: `Take ${both.length === 1 ? 'it' : 'them'} out of one of the two.`,
    });
  }
}
