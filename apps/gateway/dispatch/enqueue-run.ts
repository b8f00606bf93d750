import type { Failure } from '#contract/failure.ts';
import type { TenantTransaction } from '#gateway/tenancy/transaction.ts';
import { appendEvents } from './append-events.ts';

export type QueuedRun = {
  readonly organizationId: string;
  readonly id: string;
  readonly backend: string;
};

/**
 * Hands a run whose row says QUEUED to the fleet: its event, and the message that goes out when the transaction
 * of the caller commits. `after` is why an earlier attempt did not end it.
 */
export async function enqueueRun(tx: TenantTransaction, run: QueuedRun, after?: Failure): Promise<void> {
  const key = { organizationId: run.organizationId, runId: run.id };
  await appendEvents(tx, key, [{ kind: 'state', data: { state: 'QUEUED', ...(after ? { failure: after } : {}) } }]);
  await sendToQueue(tx, run);
}

/** The message alone, for a run whose earlier message was lost. */
export async function sendToQueue(tx: TenantTransaction, run: QueuedRun): Promise<void> {
  await tx.outboxMessage.create({
    data: { organizationId: run.organizationId, kind: 'run-queued', runId: run.id, backend: run.backend },
  });
}
