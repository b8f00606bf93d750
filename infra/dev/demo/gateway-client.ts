import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';

/** A signed-in client of a gateway's public interface, as any script of a user would be one. */
export type GatewayClient = {
  readonly url: string;
  readonly organization: string;
  /** Of every request: the session and where it comes from. */
  readonly headers: Readonly<Record<string, string>>;
  /** Sends one operation and checks the shape of its data. */
  readonly send: <T extends z.ZodType>(query: string, variables: object, shape: T) => Promise<z.output<T>>;
  /** Waits between two looks at something; rejects when the platform is being stopped. */
  readonly pause: (milliseconds: number) => Promise<void>;
};

/** Signs in to the demo organization with the one click that the sign-in page offers. */
export async function signInToDemo(url: string, signal: AbortSignal): Promise<GatewayClient> {
  const organization = 'demo';
  const response = await fetch(`${url}/api/demo/sign-in`, {
    method: 'POST',
    headers: { origin: url },
    redirect: 'manual',
    signal,
  });
  if (response.status >= 400)
    throw new Error(`signing in to the demo was answered with ${response.status}: ${await response.text()}`);
  await response.body?.cancel();
  const cookie = response.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ');
  if (!cookie) throw new Error('signing in to the demo set no session cookie');
  const headers = { cookie, origin: url, 'x-zeropoint-organization': organization };
  return {
    url,
    organization,
    headers,
    pause: async (milliseconds) => {
      await sleep(milliseconds, undefined, { signal });
    },
    send: async (query, variables, shape) => {
      const answer = await fetch(`${url}/graphql`, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json' },
        body: JSON.stringify({ query, variables }),
        signal,
      });
      const { data, errors } = envelope.parse(await answer.json());
      if (errors?.length) throw new Error(errors.map((error) => error.message).join('; '));
      return shape.parse(data);
    },
  };
}

const envelope = z.object({
  data: z.unknown().optional(),
  errors: z.array(z.object({ message: z.string() })).optional(),
});
