import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';

export type Listener = {
  readonly url: string;
  readonly channels: readonly string[];
  onNotification(channel: string, payload: string): void;
  /** Called after every connection, the first included: what was said in between has been missed. */
  onConnected(): void;
  onError(error: unknown): void;
};

const shortestPause = 100;
const longestPause = 5_000;

/** Listens on a connection of its own (a pool cannot) and makes a new one whenever it breaks. */
export function listen(listener: Listener): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const { signal } = stopping;
  let pause = shortestPause;
  const heard = {
    ...listener,
    onConnected() {
      pause = shortestPause;
      listener.onConnected();
    },
  };
  const running = (async () => {
    while (!signal.aborted) {
      await listenOnce(heard, signal).catch(listener.onError);
      await sleep(pause, undefined, { signal }).catch(() => undefined);
      pause = Math.min(longestPause, pause * 2);
    }
  })();
  return {
    async stop() {
      stopping.abort();
      await running;
    },
  };
}

/** Resolves when told to stop, rejects when the connection breaks. */
async function listenOnce(listener: Listener, signal: AbortSignal): Promise<void> {
  const client = new Client({
    connectionString: listener.url,
    application_name: 'zeropoint-events',
    keepAlive: true,
    connectionTimeoutMillis: 10_000,
  });
  const ended = new Promise<void>((resolve, reject) => {
    client.on('error', reject);
    client.on('end', resolve);
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
  // A connection that fails at once is told by `connect`, not here.
  ended.catch(() => undefined);
  try {
    await client.connect();
    client.on('notification', ({ channel, payload }) => listener.onNotification(channel, payload ?? ''));
    for (const channel of listener.channels) await client.query(`listen ${client.escapeIdentifier(channel)}`);
    listener.onConnected();
    await ended;
  } finally {
    await client.end().catch(() => undefined);
  }
}
