import { InputError } from '#contract/failure.ts';
import { listNames } from '#contract/list-names.ts';
import { nearNames } from '#contract/nearest-names.ts';
import { backendCard } from '#contract/recipe/catalogue.ts';
import { type BackendId, backendIds } from '#contract/recipe/recipe.ts';
import { tensorRule } from '#contract/recipe/recipe-schema.ts';
import type { QuantizationOptions } from './quantization-options.ts';

/** Errors: RECIPE_INVALID for a backend nobody has, with the nearest. */
export function checkBackend(backend: string): void {
  if (backendIds.some((id) => id === backend)) return;
  const [near] = nearNames(backend, backendIds);
  const others = listNames(backendIds.filter((id) => id !== near));
  throw new InputError('RECIPE_INVALID', `--backend is ${JSON.stringify(backend)}, which there is not`, {
    remedy: near ? `Did you mean ${near}? There are ${others}, too.` : `There are ${others}.`,
  });
}

/** Errors: RECIPE_INVALID for a dtype nobody has, in the words of the command line; one of another backend is `checkRecipe`'s to refuse. */
export function checkDtypes({ weights, activations }: QuantizationOptions, backend: BackendId): void {
  const card = backendCard(backend);
  const asked = [
    { flag: '--weights', dtype: weights, offered: card.weights },
    { flag: '--activations', dtype: activations, offered: card.activationDtypes },
  ];
  for (const { flag, dtype, offered } of asked) {
    if (dtype === undefined || tensorRule.shape.dtype.safeParse(dtype).success) continue;
    throw new InputError('RECIPE_INVALID', `${flag} is ${JSON.stringify(dtype)}, which ${backend} does not offer`, {
      remedy: `It offers ${offered.join(', ')}.`,
    });
  }
}
