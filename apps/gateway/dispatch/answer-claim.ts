import type { ClaimReply, ClaimRequest, Draft, Grant, Input } from '#bus/messages.ts';
import type { TenantTransaction } from '#gateway/tenancy/transaction.ts';
import { appendEvents } from './append-events.ts';
import { changeUnheldRun } from './change-run.ts';
import { endAttempt } from './end-attempt.ts';
import { outputPrefix } from './output-prefix.ts';
import { type CataloguedFile, toInput, withParts } from './to-input.ts';

/**
 * Gives a queued run to the worker that asks: the lease begins. Asking again (the answer got lost) gives the same
 * worker the same lease, as long as it has reported nothing under it.
 */
export async function answerClaim(
  tx: TenantTransaction,
  request: ClaimRequest,
  leaseSeconds: number,
): Promise<Draft<ClaimReply>> {
  const epoch = (await claim(tx, request, leaseSeconds)) ?? (await claimedBefore(tx, request));
  if (epoch === null) return { answer: 'refused', refused: 'The run is over, is held by a worker, or does not exist.' };
  const grant = await grantOf(tx, request, { epoch, leaseSeconds });
  if (grant) return { answer: 'grant', grant };
  const failure = { code: 'INTERNAL', message: 'A file of the run is not in the catalogue any more.' } as const;
  await endAttempt(tx, { ...request, epoch }, { state: 'FAILED', failure });
  return { answer: 'refused', refused: failure.message };
}

async function claim(tx: TenantTransaction, request: ClaimRequest, leaseSeconds: number): Promise<number | null> {
  const run = await changeUnheldRun(tx, 'claim', request);
  if (!run) return null;
  await tx.$executeRaw`
    update app.runs set worker_id = ${request.workerId}, lease_until = now() + make_interval(secs => ${leaseSeconds})
    where organization_id = ${run.organizationId}::uuid and id = ${run.runId}::uuid`;
  await tx.attempt.create({
    data: { organizationId: run.organizationId, runId: run.runId, epoch: run.epoch, workerId: request.workerId },
  });
  await appendEvents(tx, run, [{ kind: 'state', data: { state: 'CLAIMED' } }]);
  return run.epoch;
}

async function claimedBefore(tx: TenantTransaction, request: ClaimRequest): Promise<number | null> {
  const run = await tx.run.findFirst({
    where: { id: request.runId, state: 'CLAIMED', workerId: request.workerId },
    select: { leaseEpoch: true },
  });
  return run?.leaseEpoch ?? null;
}

type Lease = { readonly epoch: number; readonly leaseSeconds: number };

async function grantOf(tx: TenantTransaction, request: ClaimRequest, lease: Lease): Promise<Grant | null> {
  const file = { select: { key: true, name: true, bytes: true, sha256: true } } as const;
  const run = await tx.run.findFirst({
    where: { id: request.runId },
    select: {
      kind: true,
      backend: true,
      recipe: true,
      batchSize: true,
      modelVersion: {
        select: { artifact: file, graphArtifact: file, parts: { select: { name: true, artifact: file } } },
      },
      datasetVersion: { select: { artifact: file } },
      calibrationVersion: { select: { artifact: file } },
      evaluationVersion: { select: { artifact: file } },
    },
  });
  if (!run) return null;
  const inputs = [
    ...input('model', run.modelVersion?.artifact).map((model) => withParts(model, run.modelVersion?.parts)),
    ...input('graph', run.kind === 'QUANTIZE' ? run.modelVersion?.graphArtifact : null),
    ...input('dataset', run.datasetVersion?.artifact),
    ...input('calibration', run.calibrationVersion?.artifact),
    ...input('evaluation', run.evaluationVersion?.artifact),
  ];
  if (!inputs.some(({ role }) => role === 'model' || role === 'dataset')) return null;
  return {
    ...lease,
    kind: run.kind,
    backend: run.backend,
    recipeJson: JSON.stringify(run.recipe),
    inputs,
    outputPrefix: outputPrefix({ ...request, epoch: lease.epoch }),
    batchSize: run.batchSize ?? 0,
  };
}

function input(role: string, file: CataloguedFile | null | undefined): Input[] {
  return file ? [toInput(role, file)] : [];
}
