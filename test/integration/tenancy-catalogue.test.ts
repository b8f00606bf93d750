import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestPostgres, type TestDatabase } from '#kit/postgres.ts';
import { tenancyViolations } from './tenancy-catalogue.ts';

let database: TestDatabase;
let client: Client;

beforeAll(async () => {
  database = await startTestPostgres();
  client = new Client({ connectionString: database.admin });
  await client.connect();
});

afterAll(async () => {
  await client.end();
  await database.drop();
});

describe('the catalogue of a migrated database', () => {
  it('keeps every rule of tenancy', async () => {
    expect(await tenancyViolations(client)).toEqual([]);
  });

  it('has tables for the rules to be about', async () => {
    const { rows } = await client.query(`select tablename from pg_tables where schemaname = 'app' order by 1`);
    expect(rows.map((row) => row.tablename)).toEqual(
      expect.arrayContaining(['organizations', 'runs', 'run_events', 'outbox']),
    );
    expect(rows.length).toBeGreaterThanOrEqual(17);
  });
});

const tenant = `organization_id = (select nullif(current_setting('app.organization_id', true), '')::uuid)`;
const notes = `create table app.notes (organization_id uuid not null, id uuid not null, run_id uuid, primary key (organization_id, id));
  alter table app.notes enable row level security; alter table app.notes force row level security;
  create policy tenant on app.notes to zeropoint_app using (${tenant}) with check (${tenant})`;

describe('a database that breaks a rule is found out', () => {
  it.each([
    {
      mutation: 'drop policy tenant on app.runs',
      says: 'runs: no policy lets zeropoint_app read and write its own organization',
    },
    {
      mutation: `drop policy tenant on app.runs; create policy tenant on app.runs to zeropoint_app using (${tenant})`,
      says: 'runs: no policy lets zeropoint_app read and write its own organization',
    },
    {
      mutation: `drop policy tenant on app.models; create policy tenant on app.models to zeropoint_app using (true) with check (${tenant})`,
      says: 'models: no policy lets zeropoint_app read and write its own organization',
    },
    {
      mutation: `drop policy tenant on app.models; create policy tenant on app.models for select to zeropoint_app using (${tenant})`,
      says: 'models: no policy lets zeropoint_app read and write its own organization',
    },
    {
      mutation: 'create policy wide on app.runs to public using (true)',
      says: 'runs: policy wide also applies to zeropoint_app',
    },
    {
      mutation: 'alter table app.artifacts no force row level security',
      says: 'artifacts: row level security is not enabled and forced',
    },
    {
      mutation: 'alter table app.artifacts disable row level security',
      says: 'artifacts: row level security is not enabled and forced',
    },
    { mutation: 'create table app.notes (id uuid primary key)', says: 'notes: its primary key has no organization_id' },
    {
      mutation: `${notes}; alter table app.notes add constraint loose foreign key (run_id) references app.runs (id)`,
      says: 'notes: foreign key loose does not carry the organization',
    },
    {
      mutation: `${notes}; alter table app.notes add constraint tight foreign key (organization_id, run_id) references app.runs (organization_id, id) on delete restrict`,
      says: 'app.notes: foreign key tight cannot wait',
    },
    {
      mutation: `${notes}; alter table app.notes add constraint hasty foreign key (organization_id, run_id) references app.runs (organization_id, id)`,
      says: 'app.notes: foreign key hasty cannot wait',
    },
    {
      mutation: 'grant delete on app.organizations to zeropoint_auth',
      says: 'organizations: zeropoint_auth may change or delete it',
    },
    {
      mutation: 'create view app.all_runs as select * from app.runs',
      says: 'all_runs: a view that does not run as its caller',
    },
    { mutation: 'create materialized view app.old as select 1', says: 'old: a view that does not run as its caller' },
    {
      mutation: `create function app.peek() returns int language sql security definer as 'select 1'`,
      says: 'peek: a security definer function',
    },
    { mutation: 'alter role zeropoint_relay bypassrls', says: 'zeropoint_relay: may bypass row level security' },
    { mutation: 'grant truncate on app.runs to zeropoint_app', says: 'runs: zeropoint_app may truncate it or owns it' },
    {
      mutation: 'grant update (data) on app.run_events to zeropoint_app',
      says: 'run_events: zeropoint_app may change or delete what was recorded',
    },
    {
      mutation: 'grant delete on app.audit_log to zeropoint_app',
      says: 'audit_log: zeropoint_app may change or delete what was recorded',
    },
    { mutation: 'create table public.notes (id int)', says: 'public.notes: a table outside app, auth and fleet' },
    { mutation: 'grant select (email) on auth.users to zeropoint_app', says: 'auth.users: zeropoint_app may read it' },
  ])('$mutation', async ({ mutation, says }) => {
    await client.query('begin');
    try {
      await client.query(mutation);
      expect(await tenancyViolations(client)).toContain(says);
    } finally {
      await client.query('rollback');
    }
  });

  it('and a new table that keeps them is not', async () => {
    await client.query('begin');
    try {
      await client.query(notes);
      expect(await tenancyViolations(client)).toEqual([]);
    } finally {
      await client.query('rollback');
    }
  });
});
