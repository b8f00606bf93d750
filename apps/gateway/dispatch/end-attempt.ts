import type { Failure } from '#contract/failure.ts';
import type { TenantTransaction } from '#gateway/tenancy/transaction.ts';
import type { AttemptState } from '#prisma/generated/client/enums.ts';
import { appendEvents } from './append-events.ts';
import { type ChangedRun, changeHeldRun } from './change-run.ts';
import { failInspection } from './end-inspection.ts';
import { enqueueRun } from './enqueue-run.ts';
import { isPlatformFault } from './parse-failure.ts';
import type { LeaseKey } from './run-states.ts';

/** How an attempt ended without a result. */
export type AttemptEnd = {
  readonly state: Exclude<AttemptState, 'CLAIMED' | 'RUNNING' | 'SUCCEEDED'>;
  readonly failure: Failure;
};

/**
 * Ends an attempt that brought nothing, and decides about its run: canceled if someone asked for it, queued again
 * if the platform is at fault and tries are left, else failed. A released attempt (CANCELED) costs no try.
 * False: the lease is lost, nothing changed.
 */
export async function endAttempt(tx: TenantTransaction, lease: LeaseKey, end: AttemptEnd): Promise<boolean> {
  const held = await lockHeld(tx, lease);
  if (!held) return false;
  await closeAttempt(tx, lease, end);
  const next = held.cancelRequested ? 'cancel' : (await mayTryAgain(tx, lease, { end, ...held })) ? 'requeue' : 'fail';
  const run = await changeHeldRun(tx, next, lease);
  if (!run) throw new Error(`Run ${lease.runId} changed its state under a lock`);
  await follow[next](tx, run, end.failure);
  return true;
}

/** Marks the attempt's row ended. */
export async function closeAttempt(
  tx: TenantTransaction,
  lease: LeaseKey,
  end: { readonly state: AttemptState; readonly failure?: Failure },
): Promise<void> {
  await tx.$executeRaw`
    update app.attempts set state = ${end.state}::app."AttemptState", ended_at = now(),
      failure = ${end.failure ? JSON.stringify(end.failure) : null}::jsonb
    where organization_id = ${lease.organizationId}::uuid and run_id = ${lease.runId}::uuid
      and epoch = ${lease.epoch} and ended_at is null`;
}

/** What the run tells the world, and its version if it was an inspection. */
const follow = {
  async cancel(tx: TenantTransaction, run: ChangedRun) {
    await failInspection(tx, run, { code: 'INTERNAL', message: 'The inspection was canceled.' });
    await appendEvents(tx, run, [{ kind: 'state', data: { state: 'CANCELED' } }]);
  },
  async requeue(tx: TenantTransaction, run: ChangedRun, failure: Failure) {
    await enqueueRun(tx, { organizationId: run.organizationId, id: run.runId, backend: run.backend }, failure);
  },
  async fail(tx: TenantTransaction, run: ChangedRun, failure: Failure) {
    await tx.$executeRaw`
      update app.runs set failure = ${JSON.stringify(failure)}::jsonb
      where organization_id = ${run.organizationId}::uuid and id = ${run.runId}::uuid`;
    await failInspection(tx, run, failure);
    await appendEvents(tx, run, [{ kind: 'state', data: { state: 'FAILED', failure } }]);
  },
};

async function lockHeld(
  tx: TenantTransaction,
  lease: LeaseKey,
): Promise<{ cancelRequested: boolean; maxAttempts: number } | null> {
  const rows = await tx.$queryRaw<{ cancelRequested: boolean; maxAttempts: number }[]>`
    select cancel_requested_at is not null as "cancelRequested", max_attempts as "maxAttempts" from app.runs
    where organization_id = ${lease.organizationId}::uuid and id = ${lease.runId}::uuid
      and lease_epoch = ${lease.epoch} and state in ('CLAIMED', 'RUNNING')
    for update`;
  return rows[0] ?? null;
}

async function mayTryAgain(
  tx: TenantTransaction,
  lease: LeaseKey,
  { end, maxAttempts }: { end: AttemptEnd; maxAttempts: number },
): Promise<boolean> {
  if (!isPlatformFault(end.failure)) return false;
  const spent = await tx.attempt.count({
    where: { organizationId: lease.organizationId, runId: lease.runId, state: { in: ['FAILED', 'LOST'] } },
  });
  return spent < maxAttempts;
}
