import type { IncomingMessage } from 'node:http';
import type { WebSocket } from 'ws';
import { findSession, type Session } from '../auth/session.ts';
import type { Platform } from '../platform.ts';
import { findTenant, type Tenant } from '../tenancy/tenant.ts';

/** As whom a socket was opened, and where. */
export type Seat = { readonly session: Session; readonly tenant: Tenant };

const everyMs = 15_000;

/**
 * Closes a socket whose seat is gone: the session ended, the membership was taken away, or its role changed (a new
 * socket has the new one). Looks when Postgres says that a membership changed, and now and then in any case.
 */
export function guardSeat(
  platform: Platform,
  { socket, request, seat }: { readonly socket: WebSocket; readonly request: IncomingMessage; readonly seat?: Seat },
): () => void {
  if (!seat) return () => undefined;
  const { session, tenant } = seat;
  const check = async () => {
    const now = await findSession(platform.betterAuth, request.headers);
    const found = await findTenant(platform.auth, { userId: now?.viewer.id ?? null, slug: tenant.slug });
    const same = now?.viewer.id === session.viewer.id && found.organizationId === tenant.organizationId;
    if (!same || found.role !== tenant.role) socket.close(4403, 'Forbidden');
  };
  // A database that is away for a moment says nothing about the seat; the next look will tell.
  const look = () => void check().catch((error) => platform.log.warn({ err: error }, 'a seat could not be checked'));
  const timer = setInterval(look, everyMs);
  const deaf = platform.events.listen('memberships', session.viewer.id, look);
  return () => {
    clearInterval(timer);
    deaf();
  };
}
