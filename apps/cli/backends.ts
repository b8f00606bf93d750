import type { Backend } from '#contract/backend.ts';
import type { BackendId } from '#contract/recipe/recipe.ts';

/** One of the values that the platform's workers serve; the others' code is not loaded, since it takes longer than a small model. */
export function loadBackend(id: BackendId): Promise<Backend> {
  return backends[id]();
}

const backends: Readonly<Record<BackendId, () => Promise<Backend>>> = {
  torchao: async () => (await import('#torchao/backend.ts')).torchao,
  'modelopt.pytorch': async () => (await import('#modelopt/pytorch/backend.ts')).modeloptPytorch,
  'modelopt.onnx': async () => (await import('#modelopt/onnx/backend.ts')).modeloptOnnx,
};
