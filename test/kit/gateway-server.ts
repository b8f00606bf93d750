import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { freePort } from '#dev/free-port.ts';
import { readEnv } from '#gateway/env.ts';
import { startGateway } from '#gateway/start-gateway.ts';
import { type DevWorker, startDevWorker } from './gateway-worker.ts';
import { startTestNats } from './nats.ts';
import { startTestPostgres, type TestDatabase } from './postgres.ts';

export type TestGateway = Pick<Surroundings, 'url' | 'database' | 'folder' | 'workerEnv'> & {
  /** The worker that `npm start` runs, beside it; it is stopped with it. */
  startWorker(): void;
  /** Stops this gateway and starts another on the same port, database and files. */
  restart(): Promise<void>;
  stop(): Promise<void>;
};

/** A gateway as `npm start` makes it, before a page that stands for the dashboard. */
export async function startTestGateway(): Promise<TestGateway> {
  const surroundings = await createSurroundings();
  const env = readEnv(surroundings.env);
  let gateway = await startGateway(env);
  let worker: DevWorker | undefined;
  return {
    ...surroundings,
    startWorker() {
      worker = startDevWorker(surroundings);
    },
    async restart() {
      await gateway.stop();
      gateway = await startGateway(env);
    },
    async stop() {
      await worker?.stop();
      await gateway.stop();
      await surroundings.remove();
    },
  };
}

export type Surroundings = {
  readonly url: string;
  readonly database: TestDatabase;
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  readonly workerEnv: Readonly<Record<string, string>>;
  remove(): Promise<void>;
};

/** Everything that a gateway needs around it, and the environment that says where it is. */
export async function createSurroundings(): Promise<Surroundings> {
  const database = await startTestPostgres();
  const nats = await startTestNats();
  const folder = mkdtempSync(join(tmpdir(), 'zeropoint-gateway-'));
  const dashboard = createServer((request, response) => response.end(`dashboard ${request.url}`));
  const dashboardPort = await new Promise<number>((resolve) =>
    dashboard.listen(0, '127.0.0.1', () => resolve((dashboard.address() as AddressInfo).port)),
  );
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const workerEnv = {
    ZEROPOINT_NATS_URL: nats.url,
    ZEROPOINT_STORE: pathToFileURL(join(folder, 'store')).href,
  };
  return {
    url,
    database,
    folder,
    workerEnv,
    env: {
      ...workerEnv,
      ZEROPOINT_DATABASE_URL: database.app,
      ZEROPOINT_AUTH_DATABASE_URL: database.auth,
      ZEROPOINT_RELAY_DATABASE_URL: database.relay,
      ZEROPOINT_SECRET: 'a secret of the tests, of more than 32 characters',
      ZEROPOINT_PORT: String(port),
      ZEROPOINT_PUBLIC_URL: url,
      ZEROPOINT_DASHBOARD_URL: `http://127.0.0.1:${dashboardPort}`,
      ZEROPOINT_DEMO: '1',
      ZEROPOINT_LOG_LEVEL: process.env.ZEROPOINT_LOG_LEVEL ?? 'silent',
    },
    async remove() {
      dashboard.close();
      await nats.stop();
      await database.drop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
