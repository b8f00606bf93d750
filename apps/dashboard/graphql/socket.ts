import { type Client, createClient } from 'graphql-ws';

const pingEveryMs = 10_000;
const pongWithinMs = 5_000;

/**
 * The socket for subscriptions, opened by the first and closed after the last. It never retries by itself: a silent
 * retry would ask for the events from the beginning again; follow-events.ts resumes from the last one seen.
 */
export function createSocket(organization: string | null): Client {
  let pongTimer: ReturnType<typeof setTimeout> | undefined;
  const client = createClient({
    url: () => `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/graphql/ws`,
    connectionParams: { organization },
    retryAttempts: 0,
    keepAlive: pingEveryMs,
    on: {
      ping: (received) => {
        if (!received) pongTimer = setTimeout(() => client.terminate(), pongWithinMs);
      },
      pong: (received) => {
        if (received) clearTimeout(pongTimer);
      },
      closed: () => clearTimeout(pongTimer),
    },
  });
  return client;
}
