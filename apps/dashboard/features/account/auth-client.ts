import { createAuthClient } from 'better-auth/react';

/** Sign-up, sign-in and sign-out at /api/auth of the page's own origin. */
export const authClient = createAuthClient();
