import { change } from '../audit/change.ts';
import { ConflictError, ForbiddenError, NotFoundError } from '../errors.ts';
import { builder } from '../schema/builder.ts';
import { stored } from '../schema/stored.ts';
import { findRun, type SmallRun } from './find-run.ts';
import { insertRun } from './insert-run.ts';
import { isOver } from './is-over.ts';
import { RunType } from './run.ts';

const RetryPayload = builder.objectRef<{ run: SmallRun }>('RetryRunPayload').implement({
  fields: (t) => ({ run: t.expose('run', { type: RunType }) }),
});

builder.mutationField('retryRun', (t) =>
  t.field({
    type: RetryPayload,
    args: { id: t.arg.id({ required: true }) },
    errors: { types: [NotFoundError, ForbiddenError, ConflictError], union: { name: 'RetryRunResult' } },
    resolve: (_, { id }, context) =>
      change(context, 'run.retry', async (acting) => {
        const original = await findRun(acting, id);
        const recipe = stored('recipe', original.recipe);
        if (!isOver(original.state) || !recipe || !original.modelVersionId) {
          throw new ConflictError(
            `Run ${original.number} is ${original.state.toLowerCase()}; only a run that is over can be run again.`,
            'Wait for its end, or cancel it.',
          );
        }
        const run = await insertRun(acting, {
          projectId: original.projectId,
          name: original.name,
          recipe,
          recipeVersionId: original.recipeVersionId,
          modelVersionId: original.modelVersionId,
          calibrationVersionId: original.calibrationVersionId,
          evaluationVersionId: original.evaluationVersionId,
          priority: original.priority,
          batchSize: original.batchSize,
          retryOfId: original.id,
          promotedFromId: original.promotedFromId,
        });
        await acting.audit(run.id, { number: run.number, retryOf: original.number });
        return { run };
      }),
  }),
);
