import type { Prisma, PrismaClient } from '#prisma/generated/client/client.ts';

/** A transaction in which row level security shows one organization and nothing else. */
export type TenantTransaction = Prisma.TransactionClient;

/**
 * Runs `work` in one interactive transaction whose tenant is `organizationId`. The setting is local to the
 * transaction, so a pooled connection forgets it at the end, however the end comes.
 */
export function inTenant<T>(
  client: PrismaClient,
  organizationId: string,
  work: (tx: TenantTransaction) => Promise<T>,
): Promise<T> {
  return client.$transaction(
    async (tx) => {
      await tx.$executeRaw`select set_config('app.organization_id', ${organizationId}, true)`;
      return work(tx);
    },
    { timeout: 30_000, maxWait: 10_000 },
  );
}
