import type { IncomingHttpHeaders } from 'node:http';
import { fromNodeHeaders } from 'better-auth/node';
import type { Auth } from './auth.ts';

export type Viewer = { readonly id: string; readonly name: string; readonly email: string };

export type Session = { readonly viewer: Viewer; readonly expiresAt: Date };

/** The session that the cookie of a request names, if it is one that has not ended. */
export async function findSession(auth: Auth, headers: IncomingHttpHeaders | Headers): Promise<Session | null> {
  const given = headers instanceof Headers ? headers : fromNodeHeaders(headers);
  if (!given.has('cookie')) return null;
  const found = await auth.api.getSession({ headers: given });
  if (!found) return null;
  const { id, name, email } = found.user;
  return { viewer: { id, name, email }, expiresAt: found.session.expiresAt };
}
