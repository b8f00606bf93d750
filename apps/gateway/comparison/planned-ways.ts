import type { PlannedTensor } from '#contract/plan.ts';
import type { TenantTransaction } from '../tenancy/transaction.ts';

/** How layers of a plan are quantized, and how many in this way. */
export type PlannedWay = {
  readonly weights: PlannedTensor | null;
  readonly activations: PlannedTensor | null;
  readonly layers: number;
};

export type RunIds = { readonly organizationId: string; readonly ids: readonly string[] };

/** The ways of each run in the order of its layers. Postgres counts: a plan may have tens of megabytes. */
export async function findPlannedWays(
  db: TenantTransaction,
  { organizationId, ids }: RunIds,
): Promise<ReadonlyMap<string, readonly PlannedWay[]>> {
  const rows = await db.$queryRaw<(PlannedWay & { readonly id: string })[]>`
    select r.id, layer -> 'weights' as weights, layer -> 'activations' as activations, count(*)::int as layers
    from app.runs r cross join lateral jsonb_array_elements(r.plan -> 'layers') with ordinality as planned(layer, nth)
    where r.organization_id = ${organizationId}::uuid and r.id = any(${[...ids]}::uuid[])
      and layer ->> 'verdict' in ('quantized', 'inputs')
    group by 1, 2, 3 order by min(nth)`;
  return new Map(ids.map((id) => [id, rows.filter((row) => row.id === id)]));
}
