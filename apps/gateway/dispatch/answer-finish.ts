import { type Finish, type Output, Verdict } from '#bus/messages.ts';
import type { Failure } from '#contract/failure.ts';
import type { TenantTransaction } from '#gateway/tenancy/transaction.ts';
import type { ArtifactStore } from '#storage/store.ts';
import { closeAttempt, endAttempt } from './end-attempt.ts';
import { outputPrefix } from './output-prefix.ts';
import { parseFailure } from './parse-failure.ts';
import { readSpoken } from './read-spoken.ts';
import type { LeaseKey } from './run-states.ts';
import { parseStorable } from './storable-json.ts';
import { succeedRun } from './succeed-run.ts';

/** The end of an attempt as one of three words, each written by its own function. */
export type AttemptResult =
  | { readonly kind: 'succeeded'; readonly outputs: readonly Output[]; readonly result: unknown }
  | { readonly kind: 'failed'; readonly failure: Failure }
  | { readonly kind: 'stopped'; readonly failure: Failure };

/** What the worker says, checked against the store before any row is touched. */
export async function readFinish(store: ArtifactStore, finish: Finish): Promise<AttemptResult> {
  switch (finish.result) {
    case 'succeeded': {
      const fault = await faultOfOutputs(store, finish, finish.succeeded.outputs);
      if (fault) return { kind: 'failed', failure: { code: 'INTERNAL', message: fault } };
      const { outputs, resultJson, resultKey } = finish.succeeded;
      const json = resultKey
        ? await readSpoken(store, outputPrefix(finish), { word: 'result', key: resultKey })
        : resultJson;
      if (json === null) return { kind: 'failed', failure: { code: 'INTERNAL', message: lostResult } };
      return { kind: 'succeeded', outputs, result: parseStorable(json) };
    }
    case 'failureJson':
      return { kind: 'failed', failure: parseFailure(finish.failureJson) };
    case 'canceled':
      return {
        kind: 'stopped',
        failure: { code: 'WORKER_LOST', message: 'The worker stopped the attempt when asked to.' },
      };
    case 'released':
      return {
        kind: 'stopped',
        failure: { code: 'WORKER_LOST', message: 'The worker was stopped and gave the run back.' },
      };
  }
}

const lostResult = 'The worker put its result into the artifact store, and it is not there.';

/** `written`: it was this message that ended the attempt. */
export type FinishAnswer = { readonly verdict: Verdict; readonly written: boolean };

/** Writes the end under its lease; the same word said again is answered as at first. */
export async function answerFinish(
  tx: TenantTransaction,
  lease: LeaseKey,
  result: AttemptResult,
): Promise<FinishAnswer> {
  if (await write(tx, lease, result)) return { verdict: Verdict.CONTINUE, written: true };
  const attempt = await tx.attempt.findFirst({
    where: { runId: lease.runId, epoch: lease.epoch },
    select: { state: true, endedAt: true },
  });
  const known = attempt?.endedAt && attempt.state !== 'LOST';
  return { verdict: known ? Verdict.CONTINUE : Verdict.LOST, written: false };
}

async function write(tx: TenantTransaction, lease: LeaseKey, result: AttemptResult): Promise<boolean> {
  switch (result.kind) {
    case 'succeeded':
      if (!(await succeedRun(tx, lease, result))) return false;
      await closeAttempt(tx, lease, { state: 'SUCCEEDED' });
      return true;
    case 'failed':
      return endAttempt(tx, lease, { state: 'FAILED', failure: result.failure });
    case 'stopped':
      return endAttempt(tx, lease, { state: 'CANCELED', failure: result.failure });
  }
}

/** A worker may name only files under the prefix of its own attempt, and only as the store has them. */
async function faultOfOutputs(
  store: ArtifactStore,
  lease: LeaseKey,
  outputs: readonly Output[],
): Promise<string | null> {
  const prefix = outputPrefix(lease);
  for (const { key, name, bytes, sha256 } of outputs) {
    if (key !== `${prefix}/${name}`) return `The worker names ${key}, which is not an output of its attempt.`;
    const stored = await store.stat(key);
    if (!stored) return `The worker reported ${name}, which is not in the artifact store.`;
    if (stored.bytes !== bytes || stored.sha256 !== sha256) {
      return `The worker reported ${name} with ${bytes} bytes and digest ${sha256}; the store has ${stored.bytes} and ${stored.sha256}.`;
    }
  }
  return null;
}
