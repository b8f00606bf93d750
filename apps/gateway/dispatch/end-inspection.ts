import type { Failure } from '#contract/failure.ts';
import { isInspectionOf } from '#gateway/inspection/is-inspection-of.ts';
import type { TenantTransaction } from '#gateway/tenancy/transaction.ts';
import { Prisma } from '#prisma/generated/client/client.ts';
import type { ChangedRun } from './change-run.ts';

/**
 * Writes what an INSPECT run found to the version it read; a QUANTIZE run has none. A worker of before could still
 * find a model in a dataset: lists show every version, so none may hold what its kind has no fields for.
 */
export async function completeInspection(tx: TenantTransaction, run: ChangedRun, inspection: unknown): Promise<void> {
  const wanted = run.datasetVersionId ? 'dataset' : 'model';
  if (!isInspectionOf(wanted, inspection)) {
    const message = `The worker did not find a ${wanted} in the file.`;
    return failInspection(tx, run, { code: wanted === 'dataset' ? 'NOT_A_DATASET' : 'NOT_A_MODEL', message });
  }
  await write(tx, run, {
    set: Prisma.sql`inspection_state = 'READY', inspection_error = null`,
    column: Prisma.sql`inspection`,
    value: inspection,
  });
}

/** Writes to the version why it could not be read. */
export async function failInspection(tx: TenantTransaction, run: ChangedRun, failure: Failure): Promise<void> {
  await write(tx, run, {
    set: Prisma.sql`inspection_state = 'FAILED'`,
    column: Prisma.sql`inspection_error`,
    value: failure,
  });
}

type Verdict = { readonly set: Prisma.Sql; readonly column: Prisma.Sql; readonly value: unknown };

async function write(tx: TenantTransaction, run: ChangedRun, verdict: Verdict): Promise<void> {
  if (run.kind !== 'INSPECT') return;
  const [table, id] = run.datasetVersionId
    ? [Prisma.sql`app.dataset_versions`, run.datasetVersionId]
    : [Prisma.sql`app.model_versions`, run.modelVersionId];
  await tx.$executeRaw`
    update ${table} set ${verdict.set}, ${verdict.column} = ${JSON.stringify(verdict.value)}::jsonb
    where organization_id = ${run.organizationId}::uuid and id = ${id}::uuid`;
}
