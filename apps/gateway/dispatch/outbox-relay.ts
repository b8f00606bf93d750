import type { Bus } from '#bus/connect-bus.ts';
import { notices } from '#bus/subjects.ts';
import type { Prisma, PrismaClient } from '#prisma/generated/client/client.ts';

const batch = 50;

type UnsentMessage = {
  readonly id: string;
  readonly organizationId: string;
  readonly kind: 'run-queued' | 'run-cancel';
  readonly runId: string;
  readonly backend: string;
};

/**
 * Sends what is unsent, oldest first, and marks it in the transaction that locked it; resolves to how many. A crash
 * in between sends a message again, under the same id. Several relays share the work: they skip each other's rows.
 */
export async function relayOutbox(relayClient: PrismaClient, bus: Bus): Promise<number> {
  const result = await relayClient.$transaction((tx) => sendBatch(tx, bus), { timeout: 60_000, maxWait: 10_000 });
  if (result.failure) throw result.failure;
  return result.sent;
}

async function sendBatch(
  tx: Prisma.TransactionClient,
  bus: Bus,
): Promise<{ readonly sent: number; readonly failure: unknown }> {
  const messages = await tx.$queryRaw<UnsentMessage[]>`
    select id, organization_id as "organizationId", kind, run_id as "runId", backend from app.outbox
    where sent_at is null order by created_at, id limit ${batch} for update skip locked`;
  const sent: string[] = [];
  let failure: unknown = null;
  for (const message of messages) {
    try {
      await send[message.kind](bus, message);
      sent.push(message.id);
    } catch (error) {
      // What did go out is marked all the same; the rest stays unsent and is tried again.
      failure = error;
      break;
    }
  }
  if (sent.length > 0) await tx.$executeRaw`update app.outbox set sent_at = now() where id = any(${sent}::uuid[])`;
  return { sent: sent.length, failure };
}

const send = {
  'run-queued': (bus: Bus, { id, organizationId, runId, backend }: UnsentMessage) =>
    bus.publishJob(id, { organizationId, runId, backend }),
  async 'run-cancel'(bus: Bus, { organizationId, runId }: UnsentMessage) {
    bus.publish(notices.nudge, { organizationId, runId });
  },
};
