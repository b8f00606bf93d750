import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { inject } from 'vitest';
import type { PostgresUrls } from '#dev/embedded-postgres.ts';

export type Cluster = { readonly adminUrl: string; readonly urls: PostgresUrls };

export type TestDatabase = PostgresUrls & {
  /** The superuser in this database: no policy binds it. For looking at the truth, never for what is tested. */
  readonly admin: string;
  /** Drops the database, also under clients that are still connected. */
  readonly drop: () => Promise<void>;
};

/** The migrated database that tests copy. */
export const templateDatabase = 'zeropoint_template';

/**
 * A fresh, migrated database on the Postgres of this run, in about a tenth of a second; `from: 'nothing'` gives one
 * that no migration has touched. Call drop() in afterAll.
 */
export async function startTestPostgres({
  from = 'template',
}: {
  from?: 'template' | 'nothing';
} = {}): Promise<TestDatabase> {
  const { adminUrl, urls } = inject('cluster');
  const name = `test_${randomBytes(6).toString('hex')}`;
  const template = from === 'template' ? ` template ${templateDatabase}` : '';
  await administer(adminUrl, `create database ${name}${template} owner zeropoint_owner`);
  return {
    owner: inDatabase(urls.owner, name),
    app: inDatabase(urls.app, name),
    auth: inDatabase(urls.auth, name),
    relay: inDatabase(urls.relay, name),
    admin: inDatabase(adminUrl, name),
    drop: () => administer(adminUrl, `drop database if exists ${name} with (force)`),
  };
}

function inDatabase(url: string, name: string): string {
  const changed = new URL(url);
  changed.pathname = `/${name}`;
  return changed.href;
}

async function administer(url: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
