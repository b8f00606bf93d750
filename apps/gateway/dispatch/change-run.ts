import type { TenantTransaction } from '#gateway/tenancy/transaction.ts';
import { Prisma } from '#prisma/generated/client/client.ts';
import type { RunKind, RunState } from '#prisma/generated/client/enums.ts';
import { type HeldTransition, type LeaseKey, type RunKey, transitions, type UnheldTransition } from './run-states.ts';

/** What a transition needs to know of the run it changed. */
export type ChangedRun = {
  readonly organizationId: string;
  readonly runId: string;
  readonly projectId: string;
  readonly kind: RunKind;
  readonly backend: string;
  readonly state: RunState;
  readonly epoch: number;
  readonly maxAttempts: number;
  readonly cancelRequestedAt: Date | null;
  readonly modelVersionId: string | null;
  readonly datasetVersionId: string | null;
};

/** Changes the state of a run that nobody holds; null if it is in no state from which it may. */
export function changeUnheldRun(
  tx: TenantTransaction,
  name: UnheldTransition,
  key: RunKey,
): Promise<ChangedRun | null> {
  return change(tx, name, { ...key, guard: Prisma.empty });
}

/** Changes the state of a run under a lease; null if the lease is lost or the state does not allow it. */
export function changeHeldRun(tx: TenantTransaction, name: HeldTransition, key: LeaseKey): Promise<ChangedRun | null> {
  return change(tx, name, { ...key, guard: Prisma.sql`and lease_epoch = ${key.epoch}` });
}

async function change(
  tx: TenantTransaction,
  name: UnheldTransition | HeldTransition,
  key: RunKey & { guard: Prisma.Sql },
): Promise<ChangedRun | null> {
  const { from, to, set } = transitions[name];
  const rows = await tx.$queryRaw<ChangedRun[]>`
    update app.runs set state = ${to}::app."RunState", ${set}
    where organization_id = ${key.organizationId}::uuid and id = ${key.runId}::uuid
      and state::text = any(${[...from]}::text[]) ${key.guard}
    returning organization_id as "organizationId", id as "runId", project_id as "projectId", kind, backend, state,
      lease_epoch as epoch, max_attempts as "maxAttempts", cancel_requested_at as "cancelRequestedAt",
      model_version_id as "modelVersionId", dataset_version_id as "datasetVersionId"`;
  return rows[0] ?? null;
}
