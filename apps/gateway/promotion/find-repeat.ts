import { nextBackend } from '#contract/recipe/promote-recipe.ts';
import type { Change } from '../audit/change.ts';
import type { SmallRun } from '../runs/find-run.ts';
import { findRunOfKey } from '../runs/idempotency.ts';
import { stored } from '../schema/stored.ts';

/** A promotion as it was asked for, by the ids of rows; null: left open. */
export type AskedPromotion = {
  readonly source: SmallRun;
  readonly to: string | null | undefined;
  readonly calibrationVersionId: string | null;
  readonly evaluationVersionId: string | null;
  readonly idempotencyKey: string | null;
};

/**
 * The run that this key made before, if it did. What was left open then is not looked up again: the calibration data
 * last used and the newest graph may be others by now.
 */
export function findRepeat(acting: Change, asked: AskedPromotion): Promise<SmallRun | null> {
  return findRunOfKey(acting, asked.idempotencyKey, (run) => isSame(run, asked));
}

function isSame(run: SmallRun, { source, to, ...asked }: AskedPromotion): boolean {
  return (
    run.promotedFromId === source.id &&
    run.backend === (to ?? nextOf(source)) &&
    run.batchSize === source.batchSize &&
    run.evaluationVersionId === (asked.evaluationVersionId ?? source.evaluationVersionId) &&
    isSameCalibration(run.calibrationVersionId, asked.calibrationVersionId)
  );
}

/** A step that measures no activations takes no data, whatever was given. */
const isSameCalibration = (used: string | null, asked: string | null): boolean =>
  used === null || asked === null || used === asked;

function nextOf(source: SmallRun): string | null {
  const recipe = stored('recipe', source.recipe);
  return recipe && nextBackend(recipe.backend);
}
