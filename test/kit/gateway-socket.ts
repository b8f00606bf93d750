import WebSocket from 'ws';
import type { GatewayClient } from './gateway-client.ts';

// biome-ignore lint/suspicious/noExplicitAny: a test reads what it asked for
type EventResult = { data: any };

export type TestSocket = {
  readonly raw: WebSocket;
  /** The code that the server closed it with. */
  readonly closed: Promise<number>;
  subscribe(query: string, variables: Record<string, unknown>): TestStream;
  close(): Promise<void>;
  /** As a lost network would. */
  cut(): void;
};

type TestStream = {
  /** The next results; rejects with what the server refused the subscription for. */
  take(count: number): Promise<EventResult[]>;
};

/** Speaks graphql-transport-ws by hand, so that a test can also speak it badly. */
export async function openSocket(
  { url, cookie, organization: own }: GatewayClient,
  { origin = url, organization = own }: { origin?: string; organization?: string | null } = {},
): Promise<TestSocket> {
  const raw = new WebSocket(`${url.replace('http', 'ws')}/graphql/ws`, 'graphql-transport-ws', {
    headers: { ...(cookie ? { cookie } : {}), ...(origin ? { origin } : {}) },
  });
  const streams = new Map<string, Inbox>();
  const closed = new Promise<number>((resolve) => raw.once('close', resolve));
  await new Promise<void>((resolve, reject) => {
    raw.once('unexpected-response', (_, response) => reject(new Error(String(response.statusCode))));
    raw.once('error', reject);
    raw.once('close', (code) => reject(new Error(String(code))));
    raw.on('message', (text) => {
      const message = JSON.parse(String(text));
      if (message.type === 'connection_ack') resolve();
      if (message.type === 'next') streams.get(message.id)?.put(message.payload);
      if (message.type === 'error')
        streams.get(message.id)?.fail(new Error(`GraphQL: ${JSON.stringify(message.payload)}`));
    });
    raw.once('open', () => raw.send(JSON.stringify({ type: 'connection_init', payload: { organization } })));
  });
  return {
    raw,
    closed,
    subscribe(query, variables) {
      const id = String(streams.size + 1);
      const inbox = createInbox();
      streams.set(id, inbox);
      raw.send(JSON.stringify({ id, type: 'subscribe', payload: { query, variables } }));
      return inbox;
    },
    async close() {
      raw.close();
      await closed;
    },
    cut: () => raw.terminate(),
  };
}

type Inbox = TestStream & { put(result: EventResult): void; fail(error: Error): void };

function createInbox(): Inbox {
  const results: EventResult[] = [];
  let failure: Error | null = null;
  let wake: () => void = () => undefined;
  return {
    put(result) {
      results.push(result);
      wake();
    },
    fail(error) {
      failure = error;
      wake();
    },
    async take(count) {
      const deadline = Date.now() + 20_000;
      while (results.length < count) {
        if (failure) throw failure;
        if (Date.now() > deadline) throw new Error(`${results.length} of ${count} events came in 20 s`);
        await new Promise<void>((resolve) => {
          wake = resolve;
          setTimeout(resolve, 1_000);
        });
      }
      return results.splice(0, count);
    },
  };
}
