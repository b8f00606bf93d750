import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import type { Session, Viewer } from './auth/session.ts';
import type { People } from './members/people.ts';
import { createPeople } from './members/people.ts';
import type { Platform } from './platform.ts';
import { createOperationTransaction, type OperationTransaction } from './tenancy/operation-transaction.ts';
import type { Tenant } from './tenancy/tenant.ts';
import { createTenantClient, type TenantClient } from './tenancy/tenant-client.ts';

/** What the resolvers of one operation share. */
export type Context = {
  readonly requestId: string;
  readonly log: Logger;
  readonly viewer: Viewer | null;
  readonly tenant: Tenant;
  readonly transaction: OperationTransaction;
  /** The tenant's data, through the operation's transaction. */
  readonly db: TenantClient;
  readonly people: People;
  readonly platform: Platform;
};

export type ContextInput = { readonly session: Session | null; readonly tenant: Tenant };

export function createContext(platform: Platform, { session, tenant }: ContextInput): Context {
  const requestId = randomUUID();
  const transaction = createOperationTransaction(platform.app, tenant.organizationId);
  return {
    requestId,
    log: platform.log.child({ requestId, organizationId: tenant.organizationId }),
    viewer: session?.viewer ?? null,
    tenant,
    transaction,
    db: createTenantClient(() => transaction.open()),
    people: createPeople(platform.auth),
    platform,
  };
}
