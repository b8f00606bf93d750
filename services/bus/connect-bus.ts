import { jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { parseBrokerAddress } from './broker-address.ts';
import { createJobQueue, type JobQueue } from './job-queue.ts';
import { createQuestions, type Questions } from './questions.ts';

export type Bus = JobQueue & Questions & { close(): Promise<void> };

export type BusOptions = {
  /** `nats://user:password@host:port`; see broker-address.ts. */
  readonly url: string;
  /** Shown in the broker's list of connections. */
  readonly name: string;
  /** What could not be answered or read; nothing else comes here. */
  readonly onError?: (error: unknown) => void;
};

/** Connects to NATS and stays connected: waits for a broker that is not there yet, and for one that went away. */
export async function connectBus(options: BusOptions): Promise<Bus> {
  const connection = await connect({
    ...parseBrokerAddress(options.url),
    name: options.name,
    waitOnFirstConnect: true,
    maxReconnectAttempts: -1,
    reconnectTimeWait: 250,
    reconnectJitter: 250,
    pingInterval: 10_000,
    maxPingOut: 2,
    ignoreAuthErrorAbort: true,
  });
  // Asking the account would fail while the broker is still recovering its store.
  const manager = await jetstreamManager(connection, { checkAPI: false });
  return {
    ...createJobQueue(connection, manager),
    ...createQuestions(connection, options.onError ?? (() => undefined)),
    close: () => connection.close(),
  };
}
