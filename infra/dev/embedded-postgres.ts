import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chownSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { freePort } from './free-port.ts';
import { keepSecret } from './keep-secret.ts';
import { type PostgresBinaries, postgresBinaries } from './postgres-binaries.ts';
import { endProcess, hasEnded } from './supervision/end-process.ts';
import { logTail, openLog } from './supervision/log-file.ts';
import { endStaleProcess } from './supervision/stale-process.ts';
import { unprivileged } from './unprivileged.ts';

export type PostgresUrls = {
  readonly owner: string;
  readonly app: string;
  readonly auth: string;
  readonly relay: string;
};

export type EmbeddedPostgres = {
  readonly port: number;
  readonly process: ChildProcess;
  /** URLs of a database for the four roles; the database `zeropoint` is made at the start. */
  readonly urls: (database?: string) => PostgresUrls;
  /** The superuser, for making databases. */
  readonly adminUrl: string;
  /** Ends open transactions, writes everything down, and waits until the server is gone. */
  readonly stop: () => Promise<void>;
};

export type PostgresOptions = {
  /** Absolute. Keeps the cluster, its passwords and its log between starts. */
  readonly dataDir: string;
  readonly port?: number | undefined;
  /** `false` gives up surviving a power cut for speed; for tests. */
  readonly durable?: boolean;
};

type Passwords = {
  readonly admin: string;
  readonly owner: string;
  readonly app: string;
  readonly auth: string;
  readonly relay: string;
};

/** Starts a Postgres of our own on 127.0.0.1; the first time in `dataDir`, it makes the cluster. */
export async function startPostgres({
  dataDir,
  port: wanted,
  durable = true,
}: PostgresOptions): Promise<EmbeddedPostgres> {
  const binaries = await postgresBinaries();
  // Whoever runs Postgres must be able to walk through our folder; what is private in it is closed file by file.
  mkdirSync(dataDir, { recursive: true, mode: 0o711 });
  const passwords = readPasswords(join(dataDir, 'passwords.json'));
  const cluster = join(dataDir, 'cluster');
  if (!existsSync(cluster)) initialise({ dataDir, cluster, binaries, password: passwords.admin });
  const runner = unprivileged(cluster, [binaries.postgres]);
  await endStaleProcess(join(cluster, 'postmaster.pid'), 'postgres');

  const log = join(dataDir, 'postgres.log');
  const port = wanted ?? (await freePort());
  const [program, args] = runner.wrap(binaries.postgres, ['-D', cluster, '-p', `${port}`, ...settings(durable)]);
  const child = spawn(program, args, {
    ...runner.spawnAs,
    cwd: '/',
    // A group of its own: Ctrl-C in the terminal must reach the supervisor only, which stops Postgres last.
    detached: true,
    stdio: ['ignore', 'ignore', openLog(log)],
  });
  const urlFor = (role: keyof Passwords, user: string) => (database: string) =>
    `postgresql://${user}:${passwords[role]}@127.0.0.1:${port}/${database}`;
  const adminUrl = urlFor('admin', 'postgres')('postgres');
  await untilReady(child, adminUrl, log);
  await makeOwner(adminUrl, passwords.owner);

  return {
    port,
    process: child,
    adminUrl,
    urls: (database = 'zeropoint') => ({
      owner: urlFor('owner', 'zeropoint_owner')(database),
      app: urlFor('app', 'zeropoint_app')(database),
      auth: urlFor('auth', 'zeropoint_auth')(database),
      relay: urlFor('relay', 'zeropoint_relay')(database),
    }),
    // SIGINT is Postgres's fast shutdown; SIGQUIT leaves recovery to the next start.
    stop: () => endProcess(child, { ask: 'SIGINT', insist: 'SIGQUIT', patience: 10_000 }),
  };
}

function settings(durable: boolean): readonly string[] {
  const speed = durable ? [] : ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'max_wal_size=2GB'];
  const all = [
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    'max_connections=200',
    'logging_collector=off',
    ...speed,
  ];
  return all.flatMap((setting) => ['-c', setting]);
}

function readPasswords(path: string): Passwords {
  const make = () => randomBytes(24).toString('base64url');
  const passwords = (): Passwords => ({ admin: make(), owner: make(), app: make(), auth: make(), relay: make() });
  return JSON.parse(keepSecret(path, () => JSON.stringify(passwords())));
}

type Initialise = {
  readonly dataDir: string;
  readonly cluster: string;
  readonly binaries: PostgresBinaries;
  readonly password: string;
};

/** Made beside its place and moved there, so that a set-up that was interrupted is begun anew and not taken for whole. */
function initialise({ dataDir, cluster, binaries, password }: Initialise): void {
  const unfinished = `${cluster}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { mode: 0o700 });
  const { user, spawnAs, wrap } = unprivileged(unfinished, [binaries.initdb, binaries.postgres]);
  const passwordFile = join(dataDir, 'admin-password');
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (user) for (const path of [unfinished, passwordFile]) chownSync(path, user.uid, user.gid);
  const flags = [
    '--username=postgres',
    '--auth=scram-sha-256',
    `--pwfile=${passwordFile}`,
    '--encoding=UTF8',
    '--locale=C',
  ];
  const [program, args] = wrap(binaries.initdb, ['-D', unfinished, '--no-instructions', ...flags]);
  const result = spawnSync(program, args, { ...spawnAs, cwd: '/', encoding: 'utf8' });
  rmSync(passwordFile);
  if (result.status !== 0) {
    rmSync(unfinished, { recursive: true, force: true });
    const why = result.error?.message ?? result.stderr.trim();
    throw new Error(`The embedded Postgres could not be set up in ${cluster}: ${why}`);
  }
  renameSync(unfinished, cluster);
}

async function untilReady(child: ChildProcess, url: string, log: string): Promise<void> {
  const deadline = Date.now() + 60_000;
  let last: unknown;
  while (Date.now() < deadline) {
    if (hasEnded(child)) break;
    const client = new Client({ connectionString: url });
    try {
      await client.connect();
      await client.query('select 1');
      return;
    } catch (error) {
      last = error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    } finally {
      await client.end().catch(() => undefined);
    }
  }
  child.kill('SIGQUIT');
  throw new Error(
    `The embedded Postgres did not start (${last instanceof Error ? last.message : 'it ended'}). The end of ${log}:\n${logTail(log)}`,
  );
}

/** The owner is no superuser: it may make roles and databases, and row level security binds it as well. */
async function makeOwner(adminUrl: string, password: string): Promise<void> {
  const client = new Client({ connectionString: adminUrl });
  await client.connect();
  try {
    const { rowCount } = await client.query(`select from pg_roles where rolname = 'zeropoint_owner'`);
    if (rowCount === 0) {
      await client.query(
        `create role zeropoint_owner login createrole createdb password ${client.escapeLiteral(password)}`,
      );
    }
    const database = await client.query(`select from pg_database where datname = 'zeropoint'`);
    if (database.rowCount === 0) await client.query('create database zeropoint owner zeropoint_owner');
  } finally {
    await client.end();
  }
}
