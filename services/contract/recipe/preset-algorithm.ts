import type { Algorithm, BackendId, Recipe } from './recipe.ts';

/** Presets of modelopt.pytorch that are an algorithm as well; the others take the one of the recipe. */
const presetAlgorithms: Readonly<Record<string, Algorithm>> = { INT8_SMOOTHQUANT_CFG: 'smoothquant' };

/** The algorithm that the preset of a recipe decides; null: the recipe's own is free. */
export function presetAlgorithm({ backend, backend_kwargs: { preset } }: Options): Algorithm | null {
  if (backend !== 'modelopt.pytorch' || typeof preset !== 'string') return null;
  return Object.hasOwn(presetAlgorithms, preset) ? (presetAlgorithms[preset] ?? null) : null;
}

type Options = Pick<Recipe, 'backend' | 'backend_kwargs'>;

/** A value of an option with which the algorithm is no longer free. */
export type AlgorithmDecision = { readonly option: string; readonly value: string; readonly algorithm: Algorithm };

/** The same for a form: all that decides the algorithm of a backend's recipes. */
export function algorithmDecisions(backend: BackendId): readonly AlgorithmDecision[] {
  return Object.keys(presetAlgorithms).flatMap((value) => {
    const algorithm = presetAlgorithm({ backend, backend_kwargs: { preset: value } });
    return algorithm ? [{ option: 'preset', value, algorithm }] : [];
  });
}

/** Words for the usual algorithm, which forms and specs write without having chosen it: a preset may decide otherwise. */
export function isUsualAlgorithm(algorithm: Algorithm | null): boolean {
  return algorithm === null || algorithm === 'max' || algorithm === 'minmax';
}

/** The recipe with the algorithm that it will run with, and a sentence where the preset, not the recipe, has decided it. */
export function withPresetAlgorithm(recipe: Recipe): { readonly recipe: Recipe; readonly told: readonly string[] } {
  const algorithm = presetAlgorithm(recipe);
  if (algorithm === null || !isUsualAlgorithm(recipe.algorithm)) return { recipe, told: [] };
  return {
    recipe: { ...recipe, algorithm },
    told: [`The preset decides the algorithm: ${recipe.backend_kwargs.preset} is ${algorithm}.`],
  };
}
