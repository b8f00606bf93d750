import type { Bus } from '#bus/connect-bus.ts';
import type { Stop } from '#bus/questions.ts';
import { notices } from '#bus/subjects.ts';
import type { EventHub } from '#gateway/events/hub.ts';
import type { PrismaClient } from '#prisma/generated/client/client.ts';
import type { ArtifactStore } from '#storage/store.ts';
import { startCoordinator } from './coordinator.ts';
import { relayOutbox } from './outbox-relay.ts';
import { expireLeases, republishLost } from './reconciler.ts';
import { recordHello } from './record-hello.ts';
import { repeat } from './repeat.ts';

export type DispatchOptions = {
  /** Role zeropoint_app. */
  readonly appClient: PrismaClient;
  /** Role zeropoint_relay. */
  readonly relayClient: PrismaClient;
  /** Says when there is something to send. */
  readonly events: Pick<EventHub, 'listen'>;
  readonly bus: Bus;
  readonly store: ArtifactStore;
  readonly leaseSeconds: number;
  onError(error: unknown): void;
};

export type Dispatch = {
  start(): Promise<void>;
  /** Lets what is under way end. The clients, the bus and the store stay open: they are the caller's. */
  stop(): Promise<void>;
};

/** Safe in any number of gateways at once: every part of it works on rows that it locks or fences. */
export function createDispatch(options: DispatchOptions): Dispatch {
  const { appClient, relayClient, events, bus, store, leaseSeconds, onError } = options;
  const stops: (Stop | (() => Promise<void>))[] = [];

  async function start(): Promise<void> {
    // A broker that still recovers its store refuses; whoever publishes or consumes asks again.
    await bus.ensureStreams().catch(onError);
    stops.push(startCoordinator({ appClient, bus, store, leaseSeconds }));
    stops.push(bus.subscribe(notices.hello, (hello) => void recordHello(appClient, hello).catch(onError)));

    const drain = async () => {
      while ((await relayOutbox(relayClient, bus)) > 0);
    };
    const relay = repeat({ everyMs: 1_000, work: drain, onError });
    const deaf = events.listen('outbox', null, relay.wake);

    const everyMs = Math.min(2_000, (leaseSeconds * 1_000) / 3);
    const reconciler = { appClient, relayClient, bus, store };
    // Workers could not reach a gateway that was down; they get one lease to be heard before they count as silent.
    const leases = repeat({ everyMs, afterMs: leaseSeconds * 1_000, work: () => expireLeases(reconciler), onError });
    const queue = repeat({ everyMs, afterMs: everyMs, work: () => republishLost(reconciler), onError });
    stops.push(deaf, relay.stop, leases.stop, queue.stop);
  }

  return {
    start,
    async stop() {
      await Promise.all(stops.splice(0).map((stop) => stop()));
    },
  };
}
