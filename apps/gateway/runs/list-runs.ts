import type { RunState } from '#prisma/generated/client/client.ts';
import { Prisma } from '#prisma/generated/client/client.ts';
import type { TenantTransaction } from '../tenancy/transaction.ts';
import { type Place, type RunSort, runOrders } from './run-sort.ts';

export type RunFilter = {
  readonly states?: readonly RunState[] | null | undefined;
  readonly backends?: readonly string[] | null | undefined;
  readonly modelId?: string | null | undefined;
  readonly search?: string | null | undefined;
};

export type RunScope = {
  readonly db: TenantTransaction;
  readonly organizationId: string;
  readonly projectId: string;
  readonly filter: RunFilter;
};

export type RunPage = {
  readonly sort: RunSort;
  readonly limit: number;
  readonly inverted: boolean;
  readonly after: Place | null;
  readonly before: Place | null;
};

/** A page of a project's runs in the order of `(key, id)`: their places, and what they were sorted by. */
export async function listRuns(scope: RunScope, page: RunPage): Promise<readonly Place[]> {
  const { key } = runOrders[page.sort];
  const place = ({ key: at, id }: Place) => Prisma.sql`(${at}::float8, ${id}::uuid)`;
  const after = page.after ? Prisma.sql`and (${key}, r.id) > ${place(page.after)}` : Prisma.empty;
  const before = page.before ? Prisma.sql`and (${key}, r.id) < ${place(page.before)}` : Prisma.empty;
  const direction = page.inverted ? Prisma.sql`desc` : Prisma.sql`asc`;
  return scope.db.$queryRaw<Place[]>`
    select r.id, (${key})::text as key from app.runs r
    where ${matching(scope)} ${after} ${before}
    order by ${key} ${direction}, r.id ${direction} limit ${page.limit}`;
}

export async function countRuns(scope: RunScope): Promise<number> {
  const [row] = await scope.db.$queryRaw<{ count: bigint }[]>`
    select count(*) from app.runs r where ${matching(scope)}`;
  return Number(row?.count ?? 0);
}

function matching({ organizationId, projectId, filter }: RunScope): Prisma.Sql {
  const conditions = [
    Prisma.sql`r.organization_id = ${organizationId}::uuid and r.project_id = ${projectId}::uuid`,
    Prisma.sql`r.kind = 'QUANTIZE'`,
  ];
  if (filter.states) conditions.push(Prisma.sql`r.state::text = any(${[...filter.states]}::text[])`);
  if (filter.backends) conditions.push(Prisma.sql`r.backend = any(${[...filter.backends]}::text[])`);
  if (filter.modelId) {
    conditions.push(Prisma.sql`exists (
      select from app.model_versions v where v.organization_id = r.organization_id
        and v.id = r.model_version_id and v.model_id = ${filter.modelId}::uuid)`);
  }
  if (filter.search) conditions.push(searching(filter.search.slice(0, maxSearch)));
  return Prisma.join(conditions, ' and ');
}

const maxSearch = 100;

/** Part of the name, or the number with or without its #. `position` has no wildcards to escape. */
function searching(text: string): Prisma.Sql {
  return Prisma.sql`(position(lower(${text}) in lower(r.name)) > 0 or r.number::text = ${text.replace(/^#/, '')})`;
}
