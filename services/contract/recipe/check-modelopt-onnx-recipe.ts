import { InputError } from '../failure.ts';
import { onnxSettings } from './modelopt-onnx-request.ts';
import type { Recipe } from './recipe.ts';

/** What TensorRT has FP8 kernels for. */
const float8Ops: readonly string[] = ['Conv', 'Gemm', 'MatMul', 'Add'];

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
  const foreign = settings.op_types_to_quantize?.find((op) => !float8Ops.includes(op));
  if (settings.mode === 'fp8' && foreign !== undefined)
    throw new InputError(
      'RECIPE_INVALID',
      `op_types_to_quantize has ${foreign}, for which TensorRT has no FP8 kernel`,
      { remedy: `Take some of ${float8Ops.join(', ')}, or INT8.` },
    );
}
