import type { Prisma } from '#prisma/generated/client/client.ts';

/**
 * Whoever takes the same name waits here until the transaction has ended, so that looking and acting are one step.
 * The name says what is guarded and whose it is: `uploads/<organization>/<user>`.
 */
export async function lockName(tx: Prisma.TransactionClient, name: string): Promise<void> {
  await tx.$executeRaw`select pg_advisory_xact_lock(hashtextextended(${name}, 0))`;
}
