import { cp, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client } from 'pg';
import { afterEach, describe, expect, it } from 'vitest';
import { startTestPostgres, type TestDatabase } from '#kit/postgres.ts';
import { deployWithPrisma, schemaSql } from '#kit/schema-engine.ts';
import { migrate } from '#prisma/migrate.ts';

const prismaFolder = fileURLToPath(new URL('../../prisma/', import.meta.url));
const cleanups: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

describe('migrate', () => {
  it('applies everything once, in order, and then nothing', async () => {
    const input = inputFor(await freshDatabase('nothing'));
    const applied = await migrate(input);
    expect(applied[0]).toMatch(/_tables$/);
    expect([...applied].sort()).toEqual(applied);
    expect(await migrate(input)).toEqual([]);
  });

  it('lets two of them work at once, and one does the work', async () => {
    const input = inputFor(await freshDatabase('nothing'));
    const [first, second] = await Promise.all([migrate(input), migrate(input)]);
    expect([first.length, second.length].sort()).toEqual([0, first.length + second.length].sort());
    expect(first.length + second.length).toBeGreaterThan(0);
  });

  it('refuses a migration that was edited after it was applied', async () => {
    const database = await freshDatabase('template');
    const folder = await copyOfMigrations();
    await writeFile(join(folder, '20261124000200_checks/migration.sql'), 'select 1;');
    await expect(migrate({ ...inputFor(database), folder })).rejects.toThrow(
      /20261124000200_checks was applied with checksum/,
    );
  });

  it('refuses a database that a newer version made', async () => {
    const database = await freshDatabase('template');
    const folder = await copyOfMigrations();
    await rm(join(folder, '20261124000300_notifications'), { recursive: true });
    await expect(migrate({ ...inputFor(database), folder })).rejects.toThrow(/made by a newer version/);
  });

  it('leaves nothing of a migration that fails', async () => {
    const database = await freshDatabase('template');
    const folder = await copyOfMigrations();
    await cp(join(folder, '20261124000200_checks'), join(folder, '20991231000000_broken'), { recursive: true });
    await writeFile(
      join(folder, '20991231000000_broken/migration.sql'),
      'create table app.half (id int); select no_such_function();',
    );
    await expect(migrate({ ...inputFor(database), folder })).rejects.toThrow(
      /20991231000000_broken failed and was undone: .*no_such_function/,
    );
    expect(await query(database.owner, `select to_regclass('app.half') as half`)).toEqual([{ half: null }]);
    expect(await migrate(inputFor(database))).toEqual([]);
  });

  it('gives versions and runs of before what lists say of them', async () => {
    const database = await freshDatabase('nothing');
    const folder = await copyOfMigrations();
    await rm(join(folder, '20261124000600_small_columns'), { recursive: true });
    await migrate({ ...inputFor(database), folder });
    await query(database.admin, `${seedOneEvent}; ${seedOneVersion}`);
    expect(await migrate(inputFor(database))).toEqual(['20261124000600_small_columns']);
    expect(await query(database.admin, 'select inspection_head, tensor_count from app.model_versions')).toEqual([
      { inspection_head: { format: 'pth' }, tensor_count: 2 },
    ]);
    expect(await query(database.admin, 'select has_plan from app.runs')).toEqual([{ has_plan: false }]);
  });

  it('gives no role for ever to a statement or to a silent transaction', async () => {
    const { app, auth, relay } = await freshDatabase('template');
    for (const url of [app, auth, relay]) {
      const rows = await query(
        url,
        `select name, setting::int as ms from pg_settings
         where name in ('statement_timeout', 'idle_in_transaction_session_timeout') order by 1`,
      );
      expect(rows).toEqual([
        { name: 'idle_in_transaction_session_timeout', ms: 120_000 },
        { name: 'statement_timeout', ms: 60_000 },
      ]);
    }
  });

  it('says which URL names the wrong role', async () => {
    const database = await freshDatabase('template');
    await expect(migrate({ ...inputFor(database), appUrl: database.owner })).rejects.toThrow(
      'The database URL of zeropoint_app names the user "zeropoint_owner". It must be zeropoint_app.',
    );
  });
});

describe('prisma migrate deploy', () => {
  it('finds nothing to do after migrate', async () => {
    const database = await freshDatabase('template');
    expect(await deployWithPrisma(prismaFolder, database.owner)).toEqual([]);
  });

  it('applies the same folder, and migrate then finds nothing to do', async () => {
    const database = await freshDatabase('nothing');
    const names = (await readdir(join(prismaFolder, 'migrations'))).filter((name) => !name.endsWith('.toml'));
    expect(await deployWithPrisma(prismaFolder, database.owner)).toEqual(names.sort());
    expect(await migrate(inputFor(database))).toEqual([]);
  });
});

describe('a migrated database', () => {
  it('has the tables, columns, types, keys and indexes of schema.prisma and no others', async () => {
    const migrated = await freshDatabase('template');
    const plain = await freshDatabase('nothing');
    await query(plain.owner, await schemaSql(join(prismaFolder, 'schema.prisma'), plain.owner));
    const expected = await catalogue(plain.owner);
    expect(expected.length).toBeGreaterThan(200);
    expect(await catalogue(migrated.owner)).toEqual(expected);
  });

  it('tells listeners of a change when it commits, and not when it does not', async () => {
    const database = await freshDatabase('template');
    const listener = new Client({ connectionString: database.relay });
    await listener.connect();
    cleanups.unshift(() => listener.end());
    const heard: (readonly [string, string])[] = [];
    listener.on('notification', ({ channel, payload = '' }) => heard.push([channel, payload]));
    await listener.query('listen run_events; listen outbox; listen memberships');
    await query(database.admin, `begin; ${seedOneEvent}; rollback`);
    await query(database.admin, seedOneEvent);
    await expect.poll(() => heard.length).toBe(3);
    expect(heard.map(([channel, payload]) => [channel, payload && JSON.parse(payload)]).sort()).toEqual([
      ['memberships', { organizationId: id(1), userId: id(4) }],
      ['outbox', ''],
      ['run_events', { organizationId: id(1), projectId: id(2), runId: id(3), seq: 1, projectSeq: 7 }],
    ]);
  });
});

const id = (number: number) => `00000000-0000-4000-8000-${`${number}`.padStart(12, '0')}`;

const seedOneEvent = `
  insert into app.organizations (id, name, slug) values ('${id(1)}', 'O', 'o');
  insert into app.memberships (id, organization_id, user_id, role) values ('${id(5)}', '${id(1)}', '${id(4)}', 'member');
  insert into app.projects (id, organization_id, name, slug, created_by_id) values ('${id(2)}', '${id(1)}', 'P', 'p', '${id(4)}');
  insert into app.runs (id, organization_id, project_id, number, name, backend, recipe, created_by_id)
    values ('${id(3)}', '${id(1)}', '${id(2)}', 1, 'R', 'torchao', '{}', '${id(4)}');
  insert into app.outbox (id, organization_id, kind, run_id, backend) values ('${id(6)}', '${id(1)}', 'run-queued', '${id(3)}', 'torchao');
  insert into app.run_events (organization_id, run_id, seq, project_id, project_seq, epoch, kind, data)
    values ('${id(1)}', '${id(3)}', 1, '${id(2)}', 7, 0, 'state', '{}');
  update app.memberships set role = 'viewer'`;

const seedOneVersion = `
  insert into app.artifacts (id, organization_id, project_id, name, key, bytes, sha256)
    values ('${id(7)}', '${id(1)}', '${id(2)}', 'a.pth', 'k', 1, repeat('0', 64));
  insert into app.models (id, organization_id, project_id, name, created_by_id) values ('${id(8)}', '${id(1)}', '${id(2)}', 'M', '${id(4)}');
  insert into app.model_versions (id, organization_id, model_id, number, artifact_id, created_by_id, inspection)
    values ('${id(9)}', '${id(1)}', '${id(8)}', 1, '${id(7)}', '${id(4)}', '{"format": "pth", "tensors": [{}, {}]}')`;

async function freshDatabase(from: 'template' | 'nothing'): Promise<TestDatabase> {
  const database = await startTestPostgres({ from });
  cleanups.push(database.drop);
  return database;
}

function inputFor({ owner, app, auth, relay }: TestDatabase) {
  return { ownerUrl: owner, appUrl: app, authUrl: auth, relayUrl: relay };
}

async function copyOfMigrations(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'zeropoint-migrations-'));
  cleanups.push(() => rm(folder, { recursive: true, force: true }));
  await cp(join(prismaFolder, 'migrations'), folder, { recursive: true });
  return folder;
}

async function query(url: string, sql: string): Promise<readonly Record<string, unknown>[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

/** What Prisma's schema can say, one line for each thing. Checks, policies, triggers and when a key is checked are beyond it. */
async function catalogue(url: string): Promise<readonly string[]> {
  const rows = await query(
    url,
    `select format('column %s.%s.%s %s%s%s', table_schema, table_name, column_name,
        case when data_type in ('USER-DEFINED', 'ARRAY') then udt_name else data_type end || coalesce(datetime_precision::text, ''),
        case is_nullable when 'NO' then ' not null' else '' end, coalesce(' default ' || column_default, '')) as line
      from information_schema.columns where table_schema in ('auth', 'app', 'fleet')
    union all select format('index %s', indexdef) from pg_indexes where schemaname in ('auth', 'app', 'fleet')
    union all select format('constraint %s %s %s', conrelid::regclass, conname, replace(pg_get_constraintdef(oid), ' DEFERRABLE', '')) from pg_constraint
      where connamespace::regnamespace::text in ('auth', 'app', 'fleet') and contype in ('p', 'f', 'u')
    union all select format('enum %s %s', enumtypid::regtype, string_agg(enumlabel, ',' order by enumsortorder))
      from pg_enum group by enumtypid
    order by 1`,
  );
  return rows.map(({ line }) => String(line));
}
