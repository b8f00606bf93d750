import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Bus, connectBus } from '#bus/connect-bus.ts';
import { createDispatch, type Dispatch } from '#gateway/dispatch/create-dispatch.ts';
import { createEventHub } from '#gateway/events/hub.ts';
import { startTestNats, type TestNats } from '#kit/nats.ts';
import { startTestPostgres, type TestDatabase } from '#kit/postgres.ts';
import { createAppClient, createAuthClient, createRelayClient } from '#prisma/clients.ts';
import type { PrismaClient } from '#prisma/generated/client/client.ts';
import { openStore } from '#storage/open-store.ts';
import type { ArtifactStore } from '#storage/store.ts';

/** Everything between the gateway's GraphQL and the workers, on real servers of this test file. */
export type Platform = {
  readonly database: TestDatabase;
  readonly nats: TestNats;
  readonly bus: Bus;
  readonly store: ArtifactStore;
  readonly storeUrl: string;
  readonly folder: string;
  readonly app: PrismaClient;
  readonly auth: PrismaClient;
  readonly relay: PrismaClient;
  /** What the dispatch could not do and will try again. */
  readonly errors: unknown[];
  startDispatch(): Promise<Dispatch>;
  stop(): Promise<void>;
};

/** Short, so that lost leases are lost within a test. */
export const leaseSeconds = 3;

export async function startPlatform(): Promise<Platform> {
  const [database, nats, folder] = await Promise.all([
    startTestPostgres(),
    startTestNats(),
    mkdtemp(join(tmpdir(), 'zeropoint-runs-')),
  ]);
  const storeUrl = pathToFileURL(join(folder, 'store')).href;
  const bus = await connectBus({ url: nats.url, name: 'test' });
  const [app, auth, relay] = [
    createAppClient(database.app),
    createAuthClient(database.auth),
    createRelayClient(database.relay),
  ];
  const store = openStore(storeUrl);
  const errors: unknown[] = [];
  const running = new Set<Dispatch>();
  const events = createEventHub({ databaseUrl: database.app, log: { warn: (error: unknown) => errors.push(error) } });
  return {
    database,
    nats,
    bus,
    store,
    storeUrl,
    folder,
    app,
    auth,
    relay,
    errors,
    async startDispatch() {
      const dispatch = createDispatch({
        appClient: app,
        relayClient: relay,
        events,
        bus,
        store,
        leaseSeconds,
        onError: (error) => errors.push(error),
      });
      await dispatch.start();
      running.add(dispatch);
      return dispatch;
    },
    async stop() {
      for (const dispatch of running) await dispatch.stop();
      await events.close();
      await bus.close();
      for (const client of [app, auth, relay]) await client.$disconnect();
      await Promise.all([database.drop(), nats.stop(), rm(folder, { recursive: true, force: true })]);
    },
  };
}
