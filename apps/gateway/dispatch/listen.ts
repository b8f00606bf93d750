import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';

export type Listener = {
  readonly url: string;
  readonly channel: 'outbox' | 'run_events' | 'memberships';
  onNotification(payload: string): void;
  /** Called after every connection, the first included: what was said in between has been missed. */
  onConnected?(): void;
  onError(error: unknown): void;
};

/** Listens on a connection of its own and makes a new one whenever it breaks. */
export function listen(listener: Listener): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const running = (async () => {
    while (!stopping.signal.aborted) {
      await listenOnce(listener, stopping.signal).catch(listener.onError);
      await sleep(500, undefined, { signal: stopping.signal }).catch(() => undefined);
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
  const client = new Client({ connectionString: listener.url, keepAlive: true, connectionTimeoutMillis: 10_000 });
  const ended = new Promise<void>((resolve, reject) => {
    client.on('error', reject);
    client.on('end', resolve);
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
  // A connection that fails at once is told by `connect`, not here.
  ended.catch(() => undefined);
  try {
    await client.connect();
    client.on('notification', ({ payload }) => listener.onNotification(payload ?? ''));
    await client.query(`listen ${client.escapeIdentifier(listener.channel)}`);
    listener.onConnected?.();
    await ended;
  } finally {
    await client.end().catch(() => undefined);
  }
}
