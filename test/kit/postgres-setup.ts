import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import type { TestProject } from 'vitest/node';
import { startPostgres } from '#dev/embedded-postgres.ts';
import { migrate } from '#prisma/migrate.ts';
import { type Cluster, templateDatabase } from './postgres.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    cluster: Cluster;
  }
}

/**
 * Global set-up of the projects that need a database: one Postgres for the whole run, with a migrated database that
 * test files copy. With several projects the first makes it and the last to end stops it.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  running ??= start();
  const shared = await running;
  users++;
  project.provide('cluster', shared.cluster);
  return async () => {
    users--;
    if (users > 0) return;
    running = undefined;
    await shared.stop();
  };
}

type Running = { readonly cluster: Cluster; readonly stop: () => Promise<void> };

let running: Promise<Running> | undefined;
let users = 0;

async function start(): Promise<Running> {
  const dataDir = mkdtempSync(join(tmpdir(), 'zeropoint-test-postgres-'));
  chmodSync(dataDir, 0o711);
  const postgres = await startPostgres({ dataDir, durable: false });
  const dieWithUs = () => postgres.process.kill('SIGQUIT');
  process.once('exit', dieWithUs);
  const stop = async () => {
    process.removeListener('exit', dieWithUs);
    await postgres.stop();
    rmSync(dataDir, { recursive: true, force: true });
  };
  const urls = postgres.urls(templateDatabase);
  try {
    const { app, auth, relay } = urls;
    await makeTemplate(postgres.urls().owner);
    await migrate({ ownerUrl: urls.owner, appUrl: app, authUrl: auth, relayUrl: relay });
  } catch (error) {
    await stop();
    throw error;
  }
  return { cluster: { adminUrl: postgres.adminUrl, urls }, stop };
}

async function makeTemplate(ownerUrl: string): Promise<void> {
  const client = new Client({ connectionString: ownerUrl });
  await client.connect();
  await client.query(`create database ${templateDatabase}`);
  await client.end();
}
