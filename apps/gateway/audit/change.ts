import type { Prisma } from '#prisma/generated/client/client.ts';
import { type Action, requirePermission } from '../auth/permissions.ts';
import type { Context } from '../context.ts';
import { ForbiddenError } from '../errors.ts';
import type { TenantTransaction } from '../tenancy/transaction.ts';

/** Who changes what, handed to the work of a mutation. */
export type Change = {
  readonly tx: TenantTransaction;
  readonly organizationId: string;
  readonly userId: string;
  /** Writes down what was done, in the transaction that does it. */
  audit(target: string, data?: Prisma.InputJsonObject): Promise<void>;
};

/**
 * Every mutation of a tenant's data goes through here: permission first, then the work in the operation's
 * transaction. Work that throws leaves nothing behind.
 */
export async function change<T>(context: Context, action: Action, work: (change: Change) => Promise<T>): Promise<T> {
  requirePermission(context.tenant, action);
  const userId = context.viewer?.id;
  if (!userId) throw new ForbiddenError(action, 'You are not signed in.', 'Sign in and try again.');
  const { organizationId } = context.tenant;
  try {
    const tx = await context.transaction.open();
    return await work({
      tx,
      organizationId,
      userId,
      async audit(target, data = {}) {
        await tx.auditEntry.create({ data: { organizationId, actorId: userId, action, target, data } });
      },
    });
  } catch (error) {
    context.transaction.doom();
    throw error;
  }
}
