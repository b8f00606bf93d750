import type { Bus } from '#bus/connect-bus.ts';
import { inTenant } from '#gateway/tenancy/transaction.ts';
import type { PrismaClient } from '#prisma/generated/client/client.ts';
import type { ArtifactStore } from '#storage/store.ts';
import { endAttempt } from './end-attempt.ts';
import { sendToQueue } from './enqueue-run.ts';
import { outputPrefix } from './output-prefix.ts';
import type { LeaseKey } from './run-states.ts';

export type Reconciler = {
  readonly appClient: PrismaClient;
  readonly relayClient: PrismaClient;
  readonly bus: Bus;
  readonly store: ArtifactStore;
};

const batch = 100;
/** A sent message is given this long to be claimed before the broker is asked whether it still has it. */
const claimGrace = 5;

/** Ends the attempts whose worker fell silent; its run goes to another, or fails when its tries are spent. */
export async function expireLeases({ appClient, relayClient, store }: Reconciler): Promise<void> {
  const silent = await relayClient.$queryRaw<(LeaseKey & { workerId: string })[]>`
    select organization_id as "organizationId", id as "runId", lease_epoch as epoch, worker_id as "workerId" from app.runs
    where state in ('CLAIMED', 'RUNNING') and lease_until < now() order by lease_until limit ${batch}`;
  for (const lease of silent) {
    const failure = { code: 'WORKER_LOST', message: `The worker ${lease.workerId} fell silent.` } as const;
    const ended = await inTenant(appClient, lease.organizationId, async (tx) => {
      // A heartbeat may have come in since; it holds or held the row's lock.
      const [still] = await tx.$queryRaw<{ expired: boolean }[]>`
        select lease_until < now() as expired from app.runs
        where organization_id = ${lease.organizationId}::uuid and id = ${lease.runId}::uuid for update`;
      return still?.expired ? endAttempt(tx, lease, { state: 'LOST', failure }) : false;
    });
    if (ended) await store.removeAll(outputPrefix(lease));
  }
}

type WaitingRun = { readonly organizationId: string; readonly id: string; readonly backend: string };

/** Publishes again what the broker lost: more runs wait in Postgres than jobs in the work queue. */
export async function republishLost({ appClient, relayClient, bus }: Reconciler): Promise<void> {
  const backends = await relayClient.$queryRaw<{ backend: string; waiting: number }[]>`
    select backend, count(*)::int as waiting from app.runs where state = 'QUEUED' group by backend`;
  for (const { backend, waiting } of backends) {
    if ((await bus.countJobs(backend)) >= waiting) continue;
    const lost = await relayClient.$queryRaw<WaitingRun[]>`
      select organization_id as "organizationId", id, backend from app.runs
      where state = 'QUEUED' and backend = ${backend} and (
        select bool_and(sent_at < now() - make_interval(secs => ${claimGrace})) from app.outbox
        where outbox.organization_id = runs.organization_id and outbox.run_id = runs.id and outbox.kind = 'run-queued')
      order by queued_at limit ${batch}`;
    for (const run of lost) await inTenant(appClient, run.organizationId, (tx) => sendToQueue(tx, run));
  }
}
