import type { Recipe } from '#contract/recipe/recipe.ts';
import type { Change } from '../audit/change.ts';
import { enqueueRun } from '../dispatch/enqueue-run.ts';
import { largeColumns, type SmallRun } from './find-run.ts';

/** Everything that decides what a run does; a retry has the same. */
export type RunSpec = {
  readonly projectId: string;
  readonly name: string;
  readonly recipe: Recipe;
  readonly recipeVersionId: string | null;
  readonly modelVersionId: string;
  readonly calibrationVersionId: string | null;
  readonly evaluationVersionId: string | null;
  readonly priority: number;
  readonly batchSize: number | null;
  readonly idempotencyKey?: string | null;
  readonly retryOfId?: string;
  readonly promotedFromId?: string | null;
};

/** A new run with the project's next number, and its message to the fleet, in one transaction. */
export async function insertRun({ tx, organizationId, userId }: Change, spec: RunSpec): Promise<SmallRun> {
  const { runNumber } = await tx.project.update({
    where: { organizationId_id: { organizationId, id: spec.projectId } },
    data: { runNumber: { increment: 1 } },
    select: { runNumber: true },
  });
  const run = await tx.run.create({
    data: {
      ...spec,
      organizationId,
      number: runNumber,
      backend: spec.recipe.backend,
      recipe: { ...spec.recipe },
      createdById: userId,
    },
    omit: largeColumns,
  });
  await enqueueRun(tx, run);
  return tx.run.findUniqueOrThrow({
    where: { organizationId_id: { organizationId, id: run.id } },
    omit: largeColumns,
  });
}
