import { describe, expect, it } from 'vitest';
import { backendCard } from './catalogue.ts';
import { checkRecipe } from './check-recipe.ts';
import { idleOptions } from './idle-options.ts';
import type { OptionCard } from './option-card.ts';
import { parseRecipe } from './parse-recipe.ts';
import { nextBackend, promoteRecipe } from './promote-recipe.ts';
import { type BackendId, backendIds, dtypes, type JsonValue, type Recipe, type TensorRule } from './recipe.ts';
import { recipeToYaml } from './recipe-to-yaml.ts';

describe('every recipe that the catalogue offers', () => {
  it.each(backendIds)('of %s, taken to every step that follows, is one that can be used as it stands', (from) => {
    let promoted = 0;
    // Thousands of recipes lead to hundreds: each of those is looked at once.
    const found = new Map<string, Recipe>();
    const sentences = new Set<string>();
    for (const recipe of offeredRecipes(from)) {
      for (let to = nextBackend(from); to !== null; to = nextBackend(to)) {
        const { recipe: next, kept, changed, lost } = promoteRecipe(recipe, to);
        if (next.backend !== to) throw new Error(`A step to ${to} led to ${next.backend}.`);
        found.set(JSON.stringify(next), next);
        for (const sentence of [...kept, ...changed, ...lost]) sentences.add(sentence);
        promoted += 1;
      }
    }
    for (const next of found.values()) {
      checkRecipe(next);
      expect(parseRecipe(recipeToYaml(next))).toEqual({ recipe: next, warnings: [] });
      expect(idleOptions(next)).toEqual([]);
    }
    expect([...sentences].filter((sentence) => !/^\S.*[.]$/.test(sentence))).toEqual([]);
    if (nextBackend(from) !== null) expect(promoted).toBeGreaterThan(500);
  });
});

/** All combinations of modes, algorithms, dtypes, axes and single options that `checkRecipe` lets through. */
function* offeredRecipes(from: BackendId): Generator<Recipe> {
  const card = backendCard(from);
  const kwargs: Recipe['backend_kwargs'][] = [{}, ...Object.entries(card.kwargs).flatMap(valuesOf)];
  for (const mode of card.modes)
    for (const algorithm of card.algorithms.length > 0 ? card.algorithms : [null])
      for (const layers of offeredRules())
        for (const backend_kwargs of kwargs) {
          const skip_names = ['head', 'LayerNorm', '*input_quantizer'];
          const recipe: Recipe = { ...card.preset, mode, algorithm, layers, skip_names, backend_kwargs };
          if (passes(recipe)) yield recipe;
        }
}

function valuesOf([key, { takes, initial }]: [string, OptionCard]): Recipe['backend_kwargs'][] {
  const values: readonly JsonValue[] =
    'oneOf' in takes
      ? takes.oneOf
      : 'integer' in takes
        ? [takes.integer.min]
        : 'number' in takes
          ? [takes.number.max]
          : 'texts' in takes
            ? [[takes.texts.example]]
            : [initial];
  return values.map((value) => ({ [key]: value }));
}

function offeredRules(): Recipe['layers'][] {
  const tensors: (TensorRule | null)[] = [
    null,
    ...dtypes.map((dtype) => ({ dtype })),
    { dtype: 'int8', quant_axis: null },
    { dtype: 'fp8_e4m3fn', quant_axis: 0 },
    { dtype: 'int8', group_size: 32 },
  ];
  const pairs = tensors.flatMap((weights) => tensors.map((activations) => ({ weights, activations })));
  const int8Rule = { module_name: 'Linear', weights: { dtype: 'int8' }, activations: null } as const;
  return [
    [],
    ...pairs.map((pair) => [{ module_name: '*', ...pair }]),
    ...pairs.map((pair) => [int8Rule, { module_name: 'MaxPool2d', ...pair }]),
  ];
}

function passes(recipe: Recipe): boolean {
  try {
    checkRecipe(recipe);
    return true;
  } catch {
    return false;
  }
}
