import { isDeepStrictEqual } from 'node:util';
import type { Change } from '../audit/change.ts';
import { ConflictError, InvalidInputError } from '../errors.ts';
import { lockName } from '../tenancy/lock-name.ts';
import { largeColumns, type SmallRun } from './find-run.ts';
import type { RunSpec } from './insert-run.ts';

/** The run that the key of this one made before, if it did. */
export function findByIdempotencyKey(acting: Change, spec: RunSpec): Promise<SmallRun | null> {
  return findRunOfKey(acting, spec.idempotencyKey, (run) => isSame(run, spec));
}

/**
 * The run that this key made before, if it did. Whoever comes with the same key at the same moment waits here until
 * the first one's transaction has ended, and then finds its run. Error: ConflictError, if that run is not the same.
 */
export async function findRunOfKey(
  { tx, organizationId }: Change,
  key: string | null | undefined,
  isRepeated: (run: SmallRun) => boolean,
): Promise<SmallRun | null> {
  if (!key) return null;
  await lockName(tx, `runs/${organizationId}/${key}`);
  const run = await tx.run.findUnique({
    where: { organizationId_idempotencyKey: { organizationId, idempotencyKey: key } },
    omit: largeColumns,
  });
  if (!run || isRepeated(run)) return run;
  throw new ConflictError(
    `The idempotency key was used for run ${run.number}, which has other inputs.`,
    'Take a new key for a new run.',
  );
}

function isSame(run: SmallRun, spec: RunSpec): boolean {
  return (
    run.projectId === spec.projectId &&
    run.modelVersionId === spec.modelVersionId &&
    run.calibrationVersionId === spec.calibrationVersionId &&
    run.evaluationVersionId === spec.evaluationVersionId &&
    run.batchSize === spec.batchSize &&
    run.promotedFromId === (spec.promotedFromId ?? null) &&
    isDeepStrictEqual(run.recipe, JSON.parse(JSON.stringify(spec.recipe)))
  );
}

const maxKey = 200;

/** The key of an input; null: it has none. */
export function readIdempotencyKey(key: string | null | undefined): string | null {
  if (key === null || key === undefined) return null;
  if (key.length >= 1 && key.length <= maxKey && !/\p{C}/u.test(key)) return key;
  throw new InvalidInputError(['input', 'idempotencyKey'], `A key has 1 to ${maxKey} visible characters.`);
}
