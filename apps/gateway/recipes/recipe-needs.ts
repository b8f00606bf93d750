import { InputError } from '#contract/failure.ts';
import { type CalibrationNeed, calibrationNeed } from '#contract/recipe/needs-calibration.ts';
import { needsGraph } from '#contract/recipe/needs-graph.ts';
import { parseRecipe } from '#contract/recipe/parse-recipe.ts';
import type { Recipe } from '#contract/recipe/recipe.ts';
import { builder } from '../schema/builder.ts';

const CalibrationNeedEnum = builder.enumType('CalibrationNeed', {
  values: {
    REQUIRED: { value: 'required', description: 'Ranges of activations are measured.' },
    OPTIONAL: { value: 'optional', description: 'Without a set, ranges are those of noise.' },
    NONE: { value: 'none', description: 'No activation has to be seen.' },
  } as const satisfies Record<
    Uppercase<CalibrationNeed>,
    { readonly value: CalibrationNeed; readonly description: string }
  >,
});

const RecipeNeedsType = builder.objectRef<Recipe>('RecipeNeeds').implement({
  description: 'What a run of a recipe takes besides its model.',
  fields: (t) => ({
    calibration: t.field({ type: CalibrationNeedEnum, resolve: calibrationNeed }),
    graph: t.boolean({
      description: 'Whether a checkpoint needs its companion graph beside it, to be quantized at all.',
      resolve: needsGraph,
    }),
  }),
});

builder.queryField('recipeNeeds', (t) =>
  t.field({
    type: RecipeNeedsType,
    args: { recipeYaml: t.arg.string({ required: true, description: 'TAO’s `quantize:` section.' }) },
    errors: { types: [InputError], union: { name: 'RecipeNeedsResult' } },
    resolve: (_, { recipeYaml }) => parseRecipe(recipeYaml).recipe,
  }),
);
