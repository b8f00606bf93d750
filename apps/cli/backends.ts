import type { Backend } from '#contract/backend.ts';
import type { BackendId } from '#contract/recipe/recipe.ts';
import { modeloptOnnx } from '#modelopt/onnx/backend.ts';
import { modeloptPytorch } from '#modelopt/pytorch/backend.ts';
import { torchao } from '#torchao/backend.ts';

/** The same three values that the platform's workers serve. */
export const backends: Readonly<Record<BackendId, Backend>> = {
  torchao,
  'modelopt.pytorch': modeloptPytorch,
  'modelopt.onnx': modeloptOnnx,
};
