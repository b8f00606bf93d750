import { InputError } from '#contract/failure.ts';
import type { Recipe } from '#prisma/generated/client/client.ts';
import { change } from '../audit/change.ts';
import { ForbiddenError, InvalidInputError, NotFoundError } from '../errors.ts';
import { findProject } from '../projects/find-project.ts';
import { builder } from '../schema/builder.ts';
import { readName } from '../schema/text.ts';
import { readRecipe } from './read-recipe.ts';
import { RecipeType } from './recipe.ts';

const Input = builder.inputType('SaveRecipeInput', {
  description: 'A name that is there already gets its next version.',
  fields: (t) => ({
    projectId: t.id({ required: true }),
    name: t.string({ required: true }),
    recipe: t.field({ type: 'JSON' }),
    recipeYaml: t.string(),
  }),
});

const Payload = builder.objectRef<{ recipe: Recipe }>('SaveRecipePayload').implement({
  fields: (t) => ({ recipe: t.expose('recipe', { type: RecipeType }) }),
});

builder.mutationField('saveRecipe', (t) =>
  t.field({
    type: Payload,
    args: { input: t.arg({ type: Input, required: true }) },
    errors: {
      types: [InputError, InvalidInputError, ForbiddenError, NotFoundError],
      union: { name: 'SaveRecipeResult' },
    },
    resolve: (_, { input }, context) =>
      change(context, 'recipe.save', async (acting) => {
        const { tx, organizationId, userId, audit } = acting;
        const project = await findProject(acting, input.projectId);
        const name = readName(['input', 'name'], input.name);
        const body = readRecipe(input);
        // The update of an existing row locks it, so that two versions at once get two numbers.
        const recipe = await tx.recipe.upsert({
          where: { organizationId_projectId_name: { organizationId, projectId: project.id, name } },
          create: { organizationId, projectId: project.id, name, createdById: userId },
          update: { name },
        });
        const last = await tx.recipeVersion.aggregate({
          where: { organizationId, recipeId: recipe.id },
          _max: { number: true },
        });
        const number = (last._max.number ?? 0) + 1;
        await tx.recipeVersion.create({
          data: { organizationId, recipeId: recipe.id, number, body: { ...body }, createdById: userId },
        });
        await audit(recipe.id, { name, number });
        return { recipe };
      }),
  }),
);
