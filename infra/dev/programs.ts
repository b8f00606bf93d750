import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { BackingServices } from './backing-services.ts';
import type { PlatformOptions } from './platform-options.ts';
import type { Program } from './supervision/start-program.ts';

export type Ports = { readonly public: number; readonly dashboard: number };

/** Our own three programs with their environments; docs/environment.md says what each variable is. */
export function programs(options: PlatformOptions, backing: BackingServices, ports: Ports) {
  const { root, dataDir } = options;
  const url = publicUrl(ports);
  const bundle = (name: string) => [join(root, 'dist', `${name}.mjs`)];
  const log = (name: string) => join(dataDir, 'logs', `${name}.log`);
  const everyone = {
    ...process.env,
    NODE_ENV: 'production',
    ZEROPOINT_NATS_URL: backing.natsUrl,
    ZEROPOINT_STORE: backing.store,
  };
  return {
    gateway: {
      name: 'gateway',
      args: bundle('gateway'),
      cwd: root,
      log: log('gateway'),
      readyUrl: `http://127.0.0.1:${ports.public}/healthz`,
      env: {
        ...everyone,
        ZEROPOINT_DATABASE_URL: backing.databases.app,
        ZEROPOINT_AUTH_DATABASE_URL: backing.databases.auth,
        ZEROPOINT_RELAY_DATABASE_URL: backing.databases.relay,
        ZEROPOINT_OWNER_DATABASE_URL: undefined,
        ZEROPOINT_SECRET: backing.secret,
        ZEROPOINT_UPLOADS: process.env.ZEROPOINT_UPLOADS ?? join(dataDir, 'uploads'),
        ZEROPOINT_PORT: `${ports.public}`,
        ZEROPOINT_PUBLIC_URL: url,
        ZEROPOINT_DASHBOARD_URL: `http://127.0.0.1:${ports.dashboard}`,
        ZEROPOINT_DEMO: options.demo ? '1' : '0',
      },
    },
    worker: {
      name: 'worker',
      args: bundle('worker'),
      cwd: root,
      log: log('worker'),
      env: {
        ...withoutSecrets(everyone),
        ZEROPOINT_SCRATCH: process.env.ZEROPOINT_SCRATCH ?? join(dataDir, 'scratch'),
        ZEROPOINT_WORKER_SLOTS: process.env.ZEROPOINT_WORKER_SLOTS ?? `${attemptsAtOnce()}`,
      },
    },
    dashboard: {
      name: 'dashboard',
      args: [
        join(root, 'node_modules/next/dist/bin/next'),
        'start',
        join(root, 'apps/dashboard'),
        '-p',
        `${ports.dashboard}`,
        '-H',
        '127.0.0.1',
      ],
      cwd: root,
      log: log('dashboard'),
      readyUrl: `http://127.0.0.1:${ports.dashboard}/icon.svg`,
      env: { ...withoutSecrets(process.env), NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' },
    },
  } as const satisfies Record<string, Program>;
}

/** A quantization keeps about two processors busy; inspections of new uploads should not wait for the longest one. */
function attemptsAtOnce(): number {
  return Math.min(4, Math.max(1, Math.floor(availableParallelism() / 2)));
}

/** What a browser is told to open. */
export function publicUrl(ports: Ports): string {
  return process.env.ZEROPOINT_PUBLIC_URL ?? `http://127.0.0.1:${ports.public}`;
}

/** Only the gateway may touch the database and sign. */
function withoutSecrets(env: Readonly<Record<string, string | undefined>>): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !/^ZEROPOINT_(SECRET|.*DATABASE_URL)$/.test(name)));
}
