import { type Heartbeat, Verdict } from '#bus/messages.ts';
import type { TenantTransaction } from '#gateway/tenancy/transaction.ts';

/** Extends the lease by the database's clock and says whether to go on. */
export async function answerHeartbeat(
  tx: TenantTransaction,
  heartbeat: Heartbeat,
  leaseSeconds: number,
): Promise<Verdict> {
  const rows = await tx.$queryRaw<{ canceled: boolean }[]>`
    update app.runs set lease_until = now() + make_interval(secs => ${leaseSeconds})
    where organization_id = ${heartbeat.organizationId}::uuid and id = ${heartbeat.runId}::uuid
      and lease_epoch = ${heartbeat.epoch} and state in ('CLAIMED', 'RUNNING')
    returning cancel_requested_at is not null as canceled`;
  const held = rows[0];
  if (!held) return Verdict.LOST;
  return held.canceled ? Verdict.CANCEL : Verdict.CONTINUE;
}
