import type { Bus } from '#bus/connect-bus.ts';
import type { Stop } from '#bus/questions.ts';
import { spokenPrefix } from '#bus/spoken-key.ts';
import { calls } from '#bus/subjects.ts';
import { inTenant } from '#gateway/tenancy/transaction.ts';
import type { PrismaClient } from '#prisma/generated/client/client.ts';
import type { ArtifactStore } from '#storage/store.ts';
import { answerClaim } from './answer-claim.ts';
import { answerFinish, readFinish } from './answer-finish.ts';
import { answerHeartbeat } from './answer-heartbeat.ts';
import { answerReport } from './answer-report.ts';
import { outputPrefix } from './output-prefix.ts';
import { readFacts } from './read-facts.ts';

export type Coordinator = {
  readonly appClient: PrismaClient;
  readonly bus: Bus;
  readonly store: ArtifactStore;
  readonly leaseSeconds: number;
};

/**
 * Answers workers. Every answer is one transaction in the organization that the message names, so a message can
 * neither read nor change anything outside it, and everything it changes it changes under its lease.
 */
export function startCoordinator({ appClient, bus, store, leaseSeconds }: Coordinator): Stop {
  const stops = [
    bus.serve(calls.claim, (request) =>
      inTenant(appClient, tenantOf(request), (tx) => answerClaim(tx, request, leaseSeconds)),
    ),
    bus.serve(calls.heartbeat, async (heartbeat) => {
      return {
        verdict: await inTenant(appClient, tenantOf(heartbeat), (tx) => answerHeartbeat(tx, heartbeat, leaseSeconds)),
      };
    }),
    bus.serve(calls.report, async (report) => {
      const tenant = tenantOf(report);
      const facts = await readFacts(store, report);
      return { verdict: await inTenant(appClient, tenant, (tx) => answerReport(tx, { ...report, facts })) };
    }),
    bus.serve(calls.finish, async (finish) => {
      const tenant = tenantOf(finish);
      const result = await readFinish(store, finish);
      const { verdict, written } = await inTenant(appClient, tenant, (tx) => answerFinish(tx, finish, result));
      // No row will ever name what a fruitless attempt left behind, nor what has been read into one.
      const prefix = outputPrefix(finish);
      if (written) await store.removeAll(result.kind === 'succeeded' ? spokenPrefix(prefix) : prefix);
      return { verdict };
    }),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

function tenantOf({ organizationId, runId }: { organizationId: string; runId: string }): string {
  if (!uuid.test(organizationId) || !uuid.test(runId)) throw new Error('A message whose organization or run is no id');
  return organizationId;
}
