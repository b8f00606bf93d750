import type { Output } from '#bus/messages.ts';
import type { TenantTransaction } from '#gateway/tenancy/transaction.ts';
import { appendEvents } from './append-events.ts';
import { type ChangedRun, changeHeldRun } from './change-run.ts';
import { completeInspection } from './end-inspection.ts';
import { evaluationRows } from './evaluation-rows.ts';
import type { LeaseKey } from './run-states.ts';

export type Success = { readonly outputs: readonly Output[]; readonly result: unknown };

/** Everything a success makes visible, at once: state, outcome, artifacts, evaluations, event. False: lease lost. */
export async function succeedRun(tx: TenantTransaction, lease: LeaseKey, success: Success): Promise<boolean> {
  const run = await changeHeldRun(tx, 'succeed', lease);
  if (!run) return false;
  if (run.kind === 'INSPECT') await completeInspection(tx, run, success.result);
  else await publishOutcome(tx, run, success);
  await appendEvents(tx, run, [{ kind: 'state', data: { state: 'SUCCEEDED' } }]);
  return true;
}

async function publishOutcome(tx: TenantTransaction, run: ChangedRun, { outputs, result }: Success): Promise<void> {
  const { organizationId, runId, projectId } = run;
  await tx.$executeRaw`
    update app.runs set outcome = ${JSON.stringify(result)}::jsonb
    where organization_id = ${organizationId}::uuid and id = ${runId}::uuid`;
  await tx.artifact.createMany({
    data: outputs.map(({ name, key, bytes, sha256 }) => {
      return { organizationId, projectId, runId, name, key, bytes: BigInt(bytes), sha256 };
    }),
  });
  await tx.evaluation.createMany({ data: evaluationRows(run, result) });
}
