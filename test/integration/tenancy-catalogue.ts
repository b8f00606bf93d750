import type { Client } from 'pg';

/**
 * What the catalogue of a database says against the rules of tenancy, as sentences; none if it keeps them. A table
 * that is new in schema `app` is held to them without being named here.
 */
export async function tenancyViolations(client: Client): Promise<readonly string[]> {
  const violations: string[] = [];
  for (const { sql } of rules) {
    const { rows } = await client.query<{ violation: string }>(sql);
    violations.push(...rows.map(({ violation }) => violation));
  }
  return violations.sort();
}

const appTables = `select c.oid, c.relname as name, c.relrowsecurity, c.relforcerowsecurity,
    case c.relname when 'organizations' then 'id' else 'organization_id' end as tenant_column
  from pg_class c where c.relnamespace = 'app'::regnamespace and c.relkind in ('r', 'p')`;

/** The condition that every policy of the application's role must have, as Postgres prints it. */
const sees = (column: string) =>
  `format('(%I = ( SELECT (NULLIF(current_setting(''app.organization_id''::text, true), ''''::text))::uuid AS "nullif"))', ${column})`;

const rules = [
  {
    rule: 'the organization is in the primary key',
    sql: `select format('%s: its primary key has no %s', t.name, t.tenant_column) as violation from (${appTables}) t
      where not exists (
        select from pg_index i join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any (i.indkey)
        where i.indrelid = t.oid and i.indisprimary and a.attname = t.tenant_column and a.attnotnull)`,
  },
  {
    rule: 'row level security is on, for the owner as well',
    sql: `select format('%s: row level security is not enabled and forced', name) as violation from (${appTables}) t
      where not (relrowsecurity and relforcerowsecurity)`,
  },
  {
    rule: 'the application reads and writes its own organization',
    sql: `select format('%s: no policy lets zeropoint_app read and write its own organization', t.name) as violation
      from (${appTables}) t where not exists (
        select from pg_policy p where p.polrelid = t.oid and p.polcmd = '*' and p.polpermissive
          and p.polroles = array['zeropoint_app'::regrole::oid]
          and pg_get_expr(p.polqual, p.polrelid) = ${sees('t.tenant_column')}
          and pg_get_expr(p.polwithcheck, p.polrelid) = ${sees('t.tenant_column')})`,
  },
  {
    rule: 'no other policy widens what the application sees',
    sql: `select format('%s: policy %s also applies to zeropoint_app', t.name, p.polname) as violation
      from (${appTables}) t join pg_policy p on p.polrelid = t.oid
      where p.polpermissive and (p.polroles @> array['zeropoint_app'::regrole::oid] or p.polroles @> array[0::oid])
        and p.polname <> 'tenant'`,
  },
  {
    rule: 'a reference stays inside the organization',
    sql: `select format('%s: foreign key %s does not carry the organization', t.name, f.conname) as violation
      from (${appTables}) t join pg_constraint f on f.conrelid = t.oid and f.contype = 'f'
      join (${appTables}) target on target.oid = f.confrelid
      where not exists (
        select from unnest(f.conkey, f.confkey) as pair (mine, theirs)
        join pg_attribute a on a.attrelid = f.conrelid and a.attnum = pair.mine and a.attname = 'organization_id'
        join pg_attribute b on b.attrelid = f.confrelid and b.attnum = pair.theirs and b.attname = target.tenant_column)`,
  },
  {
    rule: 'what is used may go together with all that uses it',
    sql: `select format('%s: foreign key %s cannot wait', c.conrelid::regclass, c.conname) as violation from pg_constraint c
      where c.contype = 'f' and c.connamespace = 'app'::regnamespace
        and (c.confdeltype = 'r' or c.confdeltype = 'a' and not c.condeferrable)`,
  },
  {
    rule: 'who signs people in changes nothing that an organization has',
    sql: `select format('%s: zeropoint_auth may change or delete it', t.name) as violation from (${appTables}) t
      where has_any_column_privilege('zeropoint_auth', t.oid, 'UPDATE') or has_table_privilege('zeropoint_auth', t.oid, 'DELETE')`,
  },
  {
    rule: 'a view would have to ask as its caller',
    sql: `select format('%s: a view that does not run as its caller', c.relname) as violation from pg_class c
      where c.relnamespace = 'app'::regnamespace and (c.relkind = 'm'
        or c.relkind = 'v' and not coalesce(c.reloptions @> array['security_invoker=true'], false))`,
  },
  {
    rule: 'a function runs as its caller',
    sql: `select format('%s: a security definer function', p.proname) as violation from pg_proc p
      where p.pronamespace in ('app'::regnamespace, 'fleet'::regnamespace) and p.prosecdef`,
  },
  {
    rule: 'no role of ours is above the policies',
    sql: `select format('%s: may bypass row level security', rolname) as violation from pg_roles
      where rolname like 'zeropoint%' and (rolsuper or rolbypassrls)`,
  },
  {
    rule: 'the application does not own or truncate',
    sql: `select format('%s: %s may truncate it or owns it', t.name, r.rolname) as violation
      from (${appTables}) t join pg_class c on c.oid = t.oid
      cross join pg_roles r where r.rolname in ('zeropoint_app', 'zeropoint_auth', 'zeropoint_relay')
        and (c.relowner = r.oid or has_table_privilege(r.oid, t.oid, 'TRUNCATE'))`,
  },
  {
    rule: 'what happened stays',
    sql: `select format('%s: zeropoint_app may change or delete what was recorded', t.name) as violation
      from (${appTables}) t where t.name in ('audit_log', 'run_events')
        and (has_any_column_privilege('zeropoint_app', t.oid, 'UPDATE') or has_table_privilege('zeropoint_app', t.oid, 'DELETE'))`,
  },
  {
    rule: 'every table is in a schema whose rule is known',
    sql: `select format('%s.%s: a table outside app, auth and fleet', n.nspname, c.relname) as violation
      from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where c.relkind in ('r', 'p', 'm', 'v') and n.nspname not in ('app', 'auth', 'fleet', 'information_schema')
        and n.nspname not like 'pg\\_%' and c.relname <> '_prisma_migrations'`,
  },
  {
    rule: 'the application does not read people',
    sql: `select format('auth.%s: %s may read it', c.relname, r.rolname) as violation
      from pg_class c cross join pg_roles r
      where c.relnamespace = 'auth'::regnamespace and c.relkind = 'r' and r.rolname in ('zeropoint_app', 'zeropoint_relay')
        and has_any_column_privilege(r.oid, c.oid, 'SELECT')`,
  },
] as const satisfies readonly { readonly rule: string; readonly sql: string }[];
