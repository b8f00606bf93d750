import { createHash, randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client } from 'pg';
import { prepareRoles } from './roles.ts';

export type MigrateInput = {
  /** The role that owns the database; may be a superuser, need not be. */
  readonly ownerUrl: string;
  readonly appUrl: string;
  readonly authUrl: string;
  readonly relayUrl: string;
  /** Folder in Prisma's layout; this module's own by default. */
  readonly folder?: string;
};

type Migration = { readonly name: string; readonly sql: string; readonly checksum: string };
type Applied = { readonly migration_name: string; readonly checksum: string; readonly finished_at: Date | null };

/** Prisma's own key, so that `prisma migrate deploy` and this wait for each other. */
const advisoryLock = 72_707_369;

/**
 * Brings the database to the newest migration and gives the three roles the passwords of their URLs. Several may run
 * at once: one works, the others wait and find nothing to do. Returns the names of what it applied.
 */
export async function migrate(input: MigrateInput): Promise<readonly string[]> {
  const migrations = await readMigrations(input.folder ?? fileURLToPath(new URL('./migrations', import.meta.url)));
  const client = new Client({ connectionString: input.ownerUrl, application_name: 'zeropoint-migrate' });
  await client.connect();
  try {
    await client.query('select pg_advisory_lock($1)', [advisoryLock]);
    await client.query(migrationsTable);
    const pending = findPending(migrations, await readApplied(client));
    for (const migration of pending) await apply(client, migration);
    await prepareRoles(client, {
      zeropoint_app: input.appUrl,
      zeropoint_auth: input.authUrl,
      zeropoint_relay: input.relayUrl,
    });
    return pending.map(({ name }) => name);
  } finally {
    await client.end();
  }
}

/** As Prisma writes it. */
const migrationsTable = `create table if not exists public._prisma_migrations (
  id varchar(36) primary key not null,
  checksum varchar(64) not null,
  finished_at timestamptz,
  migration_name varchar(255) not null,
  logs text,
  rolled_back_at timestamptz,
  started_at timestamptz not null default now(),
  applied_steps_count integer not null default 0
)`;

async function readMigrations(folder: string): Promise<readonly Migration[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  return Promise.all(
    names.sort().map(async (name) => {
      const sql = await readFile(join(folder, name, 'migration.sql'), 'utf8');
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
    }),
  );
}

async function readApplied(client: Client): Promise<readonly Applied[]> {
  const { rows } = await client.query<Applied>(
    'select migration_name, checksum, finished_at from public._prisma_migrations where rolled_back_at is null order by migration_name',
  );
  return rows;
}

function findPending(migrations: readonly Migration[], applied: readonly Applied[]): readonly Migration[] {
  const byName = new Map(migrations.map((migration) => [migration.name, migration]));
  for (const row of applied) {
    const migration = byName.get(row.migration_name);
    if (!migration) {
      throw new Error(
        `The database has migration ${row.migration_name}, which this version of Zeropoint does not know. It was made by a newer version: run that one, or use another database.`,
      );
    }
    if (migration.checksum !== row.checksum) {
      throw new Error(
        `Migration ${row.migration_name} was applied with checksum ${row.checksum.slice(0, 12)}… and the file now has ${migration.checksum.slice(0, 12)}…. An applied migration must not be edited: restore the file and put the change into a new migration.`,
      );
    }
    if (!row.finished_at) {
      throw new Error(
        `Migration ${row.migration_name} began and did not end. See the column logs of public._prisma_migrations, repair the database, then delete that row.`,
      );
    }
  }
  const done = new Set(applied.map((row) => row.migration_name));
  return migrations.filter(({ name }) => !done.has(name));
}

/** The migration and its row are one transaction, so a failure leaves neither. */
async function apply(client: Client, { name, sql, checksum }: Migration): Promise<void> {
  await client.query('begin');
  try {
    await client.query(sql);
    await client.query(
      `insert into public._prisma_migrations (id, checksum, migration_name, started_at, finished_at, applied_steps_count)
       values ($1, $2, $3, now(), clock_timestamp(), 1)`,
      [randomUUID(), checksum, name],
    );
    await client.query('commit');
  } catch (cause) {
    await client.query('rollback');
    throw new Error(`Migration ${name} failed and was undone: ${cause instanceof Error ? cause.message : cause}`, {
      cause,
    });
  }
}
