import { stringify } from 'yaml';
import type { Recipe } from './recipe.ts';

/** The recipe as TAO's `quantize:` section; keys that say nothing are left out. `parseRecipe` reads it back to the same value. */
export function recipeToYaml(recipe: Recipe): string {
  const { layers, skip_names, backend_kwargs, algorithm, ...rest } = recipe;
  return stringify({
    quantize: {
      ...rest,
      ...(algorithm === null ? {} : { algorithm }),
      ...(layers.length > 0 ? { layers: layers.map(withoutNulls) } : {}),
      ...(skip_names.length > 0 ? { skip_names } : {}),
      ...(Object.keys(backend_kwargs).length > 0 ? { backend_kwargs } : {}),
    },
  });
}

function withoutNulls(rule: object): object {
  return Object.fromEntries(Object.entries(rule).filter(([, value]) => value !== null));
}
