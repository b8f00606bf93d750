import type { PrismaClient } from '#prisma/generated/client/client.ts';
import { inTenant, type TenantTransaction } from './transaction.ts';

/**
 * The one tenant transaction of a GraphQL operation. It opens at the first access to a tenant's data and ends with
 * the operation: committed, unless a mutation failed and doomed it. An operation that touches nothing opens nothing.
 */
export type OperationTransaction = {
  open(): Promise<TenantTransaction>;
  /** From now on the operation can only be rolled back. */
  doom(): void;
  /** Commits or rolls back; rejects if the commit did not happen. May be called again without effect. */
  end(): Promise<void>;
};

export function createOperationTransaction(client: PrismaClient, organizationId: string): OperationTransaction {
  let running: {
    readonly ready: Promise<TenantTransaction>;
    readonly finish: (keep: boolean) => Promise<void>;
  } | null = null;
  let doomed = false;
  let over = false;
  return {
    open() {
      if (over)
        return Promise.reject(new Error('A resolver asked for the tenant transaction after its operation ended'));
      running ??= begin(client, organizationId);
      return running.ready;
    },
    doom() {
      doomed = true;
    },
    async end() {
      if (over) return;
      over = true;
      await running?.finish(!doomed);
    },
  };
}

class RolledBack extends Error {}

function begin(client: PrismaClient, organizationId: string) {
  let decide: (keep: boolean) => void;
  const decision = new Promise<boolean>((resolve) => {
    decide = resolve;
  });
  let ended: Promise<void>;
  const ready = new Promise<TenantTransaction>((resolve, reject) => {
    ended = inTenant(client, organizationId, async (tx) => {
      resolve(tx);
      if (!(await decision)) throw new RolledBack();
    }).catch((error: unknown) => {
      if (error instanceof RolledBack) return;
      reject(error);
      throw error;
    });
    // Whoever ends the operation sees this error; until then nobody may be waiting for it.
    ended.catch(() => undefined);
  });
  return {
    ready,
    finish(keep: boolean): Promise<void> {
      decide(keep);
      return ended;
    },
  };
}
