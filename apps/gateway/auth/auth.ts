import { randomUUID } from 'node:crypto';
import { betterAuth } from 'better-auth';
import { prismaAdapter } from 'better-auth/adapters/prisma';
import type { Logger } from 'pino';
import type { PrismaClient } from '#prisma/generated/client/client.ts';
import { trustedOrigins } from './origins.ts';

export type Auth = ReturnType<typeof createAuth>;

export type AuthOptions = {
  readonly client: PrismaClient;
  readonly secret: string;
  readonly publicUrl: string;
  readonly log: Logger;
};

/**
 * People and their sessions: sign-up, sign-in, sign-out. Organizations, seats and invitations are mutations of the
 * schema over the same tables, so that they pass the permission table, row level security and the audit log, and so
 * that nothing of a tenant has a second door.
 */
export function createAuth({ client, secret, publicUrl, log }: AuthOptions) {
  return betterAuth({
    appName: 'Zeropoint',
    baseURL: publicUrl,
    basePath: '/api/auth',
    secret,
    database: prismaAdapter(client, { provider: 'postgresql' }),
    trustedOrigins: [...trustedOrigins(publicUrl)],
    emailAndPassword: { enabled: true, minPasswordLength: 8, maxPasswordLength: 256 },
    session: { expiresIn: 30 * 86_400, updateAge: 86_400 },
    advanced: {
      cookiePrefix: 'zeropoint',
      useSecureCookies: publicUrl.startsWith('https:'),
      // By default they would be off wherever NODE_ENV or TEST says that this is a test.
      disableOriginCheck: false,
      disableCSRFCheck: false,
      database: { generateId: () => randomUUID() },
    },
    // The gateway limits by an address that cannot be made up (rate-limit.ts); this one would believe any header.
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    logger: { level: 'warn', log: (level, message, ...details) => log[level]({ part: 'auth', details }, message) },
  });
}
