import type { TenantTransaction } from '#gateway/tenancy/transaction.ts';
import { appendEvents } from './append-events.ts';
import { changeUnheldRun } from './change-run.ts';
import { failInspection } from './end-inspection.ts';
import type { RunKey } from './run-states.ts';

/** canceled: it is over now. requested: its worker will be told. over: it had ended. missing: no such run here. */
export type CancelAnswer = 'canceled' | 'requested' | 'over' | 'missing';

/** Cancels a waiting run at once and asks the worker of a held one to stop. */
export async function requestCancel(
  tx: TenantTransaction,
  run: { organizationId: string; id: string },
): Promise<CancelAnswer> {
  const key: RunKey = { organizationId: run.organizationId, runId: run.id };
  const withdrawn = await changeUnheldRun(tx, 'withdraw', key);
  if (withdrawn) {
    await failInspection(tx, withdrawn, { code: 'INTERNAL', message: 'The inspection was canceled.' });
    await appendEvents(tx, key, [{ kind: 'state', data: { state: 'CANCELED' } }]);
    return 'canceled';
  }
  const rows = await tx.$queryRaw<{ backend: string; held: boolean }[]>`
    update app.runs set cancel_requested_at = case
      when state in ('CLAIMED', 'RUNNING') then coalesce(cancel_requested_at, now()) else cancel_requested_at end
    where organization_id = ${key.organizationId}::uuid and id = ${key.runId}::uuid
    returning backend, state in ('CLAIMED', 'RUNNING') as held`;
  const found = rows[0];
  if (!found) return 'missing';
  if (!found.held) return 'over';
  await tx.outboxMessage.create({
    data: { organizationId: key.organizationId, kind: 'run-cancel', runId: key.runId, backend: found.backend },
  });
  return 'requested';
}
