import { PrismaPg } from '@prisma/adapter-pg';
import { PrismaClient } from './generated/client/client.ts';

/**
 * One client for each database role. The pools are small on purpose: a request holds one connection for the length
 * of its operation, and Postgres does more with few busy connections than with many.
 */
const poolSizes = { app: 16, auth: 8, relay: 4 } as const;

/** Role zeropoint_app: sees nothing outside a tenant transaction (apps/gateway/tenancy/transaction.ts). */
export function createAppClient(url: string): PrismaClient {
  return createClient(url, poolSizes.app);
}

/** Role zeropoint_auth: people, sessions, organizations and their seats. */
export function createAuthClient(url: string): PrismaClient {
  return createClient(url, poolSizes.auth);
}

/** Role zeropoint_relay: the outbox and the state columns of runs, across organizations; select only those. */
export function createRelayClient(url: string): PrismaClient {
  return createClient(url, poolSizes.relay);
}

/** A client with a pool of `connections`; the query parameter `connection_limit` of the URL wins. */
function createClient(url: string, connections: number): PrismaClient {
  const limit = Number(new URL(url).searchParams.get('connection_limit') ?? connections);
  return new PrismaClient({
    adapter: new PrismaPg({
      connectionString: url,
      max: limit,
      connectionTimeoutMillis: 10_000,
      idleTimeoutMillis: 60_000,
    }),
  });
}
