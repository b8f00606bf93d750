import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type PostgresUrls, startPostgres } from './embedded-postgres.ts';
import { keepSecret } from './keep-secret.ts';
import { startNats } from './nats.ts';
import type { PlatformOptions } from './platform-options.ts';
import { type Supervised, supervise } from './supervision/supervise.ts';

/** What the platform stands on, ours or someone else's. */
export type BackingServices = {
  readonly databases: PostgresUrls;
  readonly natsUrl: string;
  readonly store: string;
  readonly secret: string;
  readonly supervised: readonly Supervised[];
};

type Say = (line: string) => void;

export function startBackingServices(options: PlatformOptions, say: Say): Promise<BackingServices> {
  return options.production ? Promise.resolve(fromEnvironment()) : startEmbedded(options.dataDir, say);
}

async function startEmbedded(dataDir: string, say: Say): Promise<BackingServices> {
  // The store is shared with no one who runs Postgres; see embedded-postgres.ts for why the others may walk through.
  const store = join(dataDir, 'store');
  mkdirSync(store, { recursive: true, mode: 0o700 });
  const [postgres, nats] = await Promise.allSettled([supervisedPostgres(dataDir, say), supervisedNats(dataDir, say)]);
  if (postgres.status === 'fulfilled' && nats.status === 'fulfilled') {
    return {
      databases: postgres.value.urls,
      natsUrl: nats.value.url,
      store: pathToFileURL(store).href,
      // Sessions and download links that were signed with it stay valid over restarts.
      secret: keepSecret(join(dataDir, 'secret')),
      supervised: [nats.value.supervised, postgres.value.supervised],
    };
  }
  for (const result of [postgres, nats]) if (result.status === 'fulfilled') await result.value.supervised.stop();
  throw postgres.status === 'rejected' ? postgres.reason : nats.status === 'rejected' ? nats.reason : undefined;
}

async function supervisedPostgres(dataDir: string, say: Say) {
  let server: Awaited<ReturnType<typeof startPostgres>> | undefined;
  const start = async () => {
    // Clients know the port of the first start; a restart keeps it.
    server = await startPostgres({ dataDir: join(dataDir, 'postgres'), port: server?.port });
    return server;
  };
  const supervised = await supervise({ name: 'Postgres', start }, say);
  if (!server) throw new Error('Postgres started without a server');
  return { urls: server.urls(), supervised };
}

async function supervisedNats(dataDir: string, say: Say) {
  let server: Awaited<ReturnType<typeof startNats>> | undefined;
  const start = async () => {
    server = await startNats({ dataDir: join(dataDir, 'nats'), port: server?.port, say });
    return server;
  };
  const supervised = await supervise({ name: 'nats-server', start }, say);
  if (!server) throw new Error('nats-server started without a server');
  return { url: server.url, supervised };
}

const required = {
  owner: 'ZEROPOINT_OWNER_DATABASE_URL',
  app: 'ZEROPOINT_DATABASE_URL',
  auth: 'ZEROPOINT_AUTH_DATABASE_URL',
  relay: 'ZEROPOINT_RELAY_DATABASE_URL',
  nats: 'ZEROPOINT_NATS_URL',
  store: 'ZEROPOINT_STORE',
  secret: 'ZEROPOINT_SECRET',
} as const;

function fromEnvironment(): BackingServices {
  const missing = Object.values(required).filter((name) => !process.env[name]);
  if (missing.length > 0) {
    throw new Error(
      `--production takes its services from the environment, and these are not set: ${missing.join(', ')}. docs/environment.md says what each is.`,
    );
  }
  const read = (key: keyof typeof required) => process.env[required[key]] ?? '';
  return {
    databases: { owner: read('owner'), app: read('app'), auth: read('auth'), relay: read('relay') },
    natsUrl: read('nats'),
    store: read('store'),
    secret: read('secret'),
    supervised: [],
  };
}
