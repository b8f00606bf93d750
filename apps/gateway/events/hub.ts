import pg from 'pg';
import type { Logger } from 'pino';

/** What Postgres says happened, by the ids in its notifications. A subscriber reads the rows itself. */
export type EventHub = {
  /** Calls `wake` after every notification of the channel that names one of the ids, and whenever some may be lost. */
  listen(channel: Channel, id: string, wake: () => void): () => void;
  close(): Promise<void>;
};

const channels = ['run_events', 'memberships'] as const;
type Channel = (typeof channels)[number];

export type HubOptions = { readonly databaseUrl: string; readonly log: Logger };

/**
 * One connection that listens for the whole process. While it is down notifications are lost, so when it is back
 * everybody is woken once: a wake says “look”, not “here it is”, and one too many does no harm.
 */
export function createEventHub({ databaseUrl, log }: HubOptions): EventHub {
  const listeners = new Map<string, Set<() => void>>();
  let client: pg.Client | null = null;
  let closed = false;
  let retry: NodeJS.Timeout | undefined;
  let failures = 0;

  const wake = (set: Iterable<() => void> | undefined) => {
    for (const listener of [...(set ?? [])]) listener();
  };

  const connect = async (): Promise<void> => {
    const next = new pg.Client({
      connectionString: databaseUrl,
      application_name: 'zeropoint-events',
      keepAlive: true,
    });
    const lost = () => {
      next.removeAllListeners('notification');
      if (client === next) client = null;
      next.end().catch(() => undefined);
      schedule();
    };
    next.once('error', (error) => {
      log.warn({ err: error }, 'the listening connection dropped');
      lost();
    });
    try {
      await next.connect();
      for (const channel of channels) await next.query(`listen ${channel}`);
    } catch (error) {
      log.warn({ err: error }, 'cannot listen for events yet');
      return lost();
    }
    if (closed) return void next.end().catch(() => undefined);
    next.once('end', () => client === next && lost());
    next.on('notification', ({ channel, payload }) => {
      for (const id of idsIn(payload)) wake(listeners.get(`${channel}/${id}`));
    });
    client = next;
    failures = 0;
    for (const set of listeners.values()) wake(set);
  };

  const schedule = () => {
    if (closed || retry) return;
    const delay = Math.min(5_000, 100 * 2 ** failures);
    failures += 1;
    retry = setTimeout(() => {
      retry = undefined;
      void connect();
    }, delay);
  };

  void connect();

  return {
    listen(channel, id, listener) {
      const key = `${channel}/${id}`;
      const set = listeners.get(key) ?? new Set();
      listeners.set(key, set.add(listener));
      return () => {
        set.delete(listener);
        if (set.size === 0 && listeners.get(key) === set) listeners.delete(key);
      };
    },
    async close() {
      closed = true;
      clearTimeout(retry);
      await client?.end().catch(() => undefined);
    },
  };
}

/** Every id in a payload: an object of ids, as the triggers write it. */
function idsIn(payload: string | undefined): readonly string[] {
  try {
    const parsed: unknown = JSON.parse(payload ?? '');
    return Object.values(Object(parsed)).filter((value) => typeof value === 'string');
  } catch {
    return [];
  }
}
