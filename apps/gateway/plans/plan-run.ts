import { InputError } from '#contract/failure.ts';
import type { Plan } from '#contract/plan.ts';
import type { Context } from '../context.ts';
import { InvalidInputError, NotFoundError } from '../errors.ts';
import { readRecipe } from '../recipes/read-recipe.ts';
import { checkFit } from '../runs/check-fit.ts';
import { findRunInputs, type RunInputIds, toPlanInputs } from '../runs/run-inputs.ts';
import { builder } from '../schema/builder.ts';
import { inTenant } from '../tenancy/transaction.ts';
import { PlanType } from './plan.ts';

const Input = builder.inputType('PlanRunInput', {
  fields: (t) => ({
    modelVersionId: t.id({ required: true }),
    recipe: t.field({ type: 'JSON' }),
    recipeYaml: t.string(),
    calibrationVersionId: t.id(),
    evaluationVersionId: t.id(),
  }),
});

builder.queryField('planRun', (t) =>
  t.field({
    type: PlanType,
    args: { input: t.arg({ type: Input, required: true }) },
    errors: { types: [InputError, InvalidInputError, NotFoundError], union: { name: 'PlanRunResult' } },
    resolve: (_, { input }, context) => planRun(context, input),
  }),
);

type PlanRunInput = RunInputIds & { readonly recipe?: unknown; readonly recipeYaml?: string | null | undefined };

async function planRun({ tenant, platform }: Context, input: PlanRunInput): Promise<Plan> {
  const { organizationId } = tenant;
  // A short transaction of its own: the worker may take seconds, and no connection waits for it.
  const inputs = await inTenant(platform.app, organizationId, (tx) => findRunInputs({ tx, organizationId }, input));
  const recipe = readRecipe(input);
  checkFit(recipe, inputs);
  return platform.plan({ organizationId, backend: recipe.backend, recipe, inputs: toPlanInputs(inputs) });
}
