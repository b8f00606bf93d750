import { createHmac, randomUUID } from 'node:crypto';
import { type RequestHandler, Router } from 'express';
import type { PrismaClient } from '#prisma/generated/client/client.ts';
import type { Auth } from './auth.ts';

export const demoSlug = 'demo';

/** GET says which organization a POST would enter: the landing page asks before anyone is signed in. */
const signInPath = '/api/demo/sign-in';

const demoUser = { name: 'Demo', email: 'demo@zeropoint.example' } as const;

export type DemoOptions = {
  readonly client: PrismaClient;
  readonly auth: Auth;
  readonly secret: string;
  readonly origins: readonly string[];
};

/** One click that signs in to the demo organization as a member, who may read and write but not invite. */
export function demoSignIn(options: DemoOptions): RequestHandler {
  const router = Router();
  const preparing = {};
  router.get(signInPath, (_, response) => void response.json({ organizationSlug: demoSlug }));
  router.post(signInPath, async (request, response) => {
    const origin = request.get('origin');
    if (origin !== undefined && !options.origins.includes(origin)) {
      return void response.status(403).json({ message: 'This page may not sign you in.' });
    }
    const signedIn = await signInToDemo(options, preparing);
    response.setHeader('Set-Cookie', signedIn.headers.getSetCookie());
    response.status(200).json({ organizationSlug: demoSlug });
  });
  return router;
}

/** What stands there instead where no demo is offered: nobody to sign in as, which is not an error to ask. */
export function withoutDemo(): RequestHandler {
  return Router().get(signInPath, (_, response) => void response.json({ organizationSlug: null }));
}

/** `preparing` is the first click's work, for which the others wait. */
async function signInToDemo(
  options: DemoOptions,
  preparing: { current?: Promise<void> | undefined },
): Promise<Response> {
  // Nobody types this password: whoever knows the secret may be the demo user anyway.
  const password = createHmac('sha256', options.secret).update('demo user').digest('base64url');
  preparing.current ??= prepareDemo(options, password);
  await preparing.current.finally(() => {
    preparing.current = undefined;
  });
  return options.auth.api.signInEmail({ body: { email: demoUser.email, password }, asResponse: true });
}

async function prepareDemo({ client, auth }: DemoOptions, password: string): Promise<void> {
  const where = { email: demoUser.email };
  if (!(await client.user.findUnique({ where }))) {
    // Another gateway may be doing the same: one of the two finds the address taken, and both sign in.
    await auth.api.signUpEmail({ body: { ...demoUser, password } }).catch(() => undefined);
  }
  await ensureDemoSeat(client, (await client.user.findUniqueOrThrow({ where })).id);
}

async function ensureDemoSeat(client: PrismaClient, userId: string): Promise<void> {
  await client.organization.createMany({
    data: [{ id: randomUUID(), slug: demoSlug, name: 'Demo', isDemo: true }],
    skipDuplicates: true,
  });
  const { id: organizationId } = await client.organization.findUniqueOrThrow({ where: { slug: demoSlug } });
  await client.membership.createMany({
    data: [{ id: randomUUID(), organizationId, userId, role: 'member' }],
    skipDuplicates: true,
  });
}
