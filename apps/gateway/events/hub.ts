import type { Logger } from 'pino';
import { listen } from './listen.ts';

/** What Postgres says happened, by the ids in its notifications. Whoever is woken reads the rows itself. */
export type EventHub = {
  /**
   * Calls `wake` after every notification of the channel that names the id (null: after every one), and whenever
   * some may be lost. The result ends it.
   */
  listen(channel: Channel, id: string | null, wake: () => void): () => void;
  close(): Promise<void>;
};

const channels = ['run_events', 'memberships', 'outbox'] as const;
type Channel = (typeof channels)[number];

export type HubOptions = { readonly databaseUrl: string; readonly log: Pick<Logger, 'warn'> };

/**
 * One connection that listens for the whole process. While it is down notifications are lost, so when it is back
 * everybody is woken once: a wake says “look”, not “here it is”, and one too many does no harm.
 */
export function createEventHub({ databaseUrl, log }: HubOptions): EventHub {
  const listeners = new Map<string, Set<() => void>>();
  const wake = (key: string) => {
    for (const listener of [...(listeners.get(key) ?? [])]) listener();
  };
  const ear = listen({
    url: databaseUrl,
    channels,
    onNotification(channel, payload) {
      wake(keyOf(channel, null));
      for (const id of idsIn(payload)) wake(keyOf(channel, id));
    },
    onConnected() {
      for (const key of [...listeners.keys()]) wake(key);
    },
    onError: (error) => log.warn({ err: error }, 'the connection that listens for events broke'),
  });
  return {
    listen(channel, id, listener) {
      const key = keyOf(channel, id);
      const set = listeners.get(key) ?? new Set();
      listeners.set(key, set.add(listener));
      return () => {
        set.delete(listener);
        if (set.size === 0 && listeners.get(key) === set) listeners.delete(key);
      };
    },
    close: ear.stop,
  };
}

function keyOf(channel: string, id: string | null): string {
  return `${channel}/${id ?? ''}`;
}

/** Every id in a payload: an object of ids, as the triggers write it; the outbox says only that there is something. */
function idsIn(payload: string): readonly string[] {
  try {
    const parsed: unknown = JSON.parse(payload);
    return Object.values(Object(parsed)).filter((value) => typeof value === 'string');
  } catch {
    return [];
  }
}
