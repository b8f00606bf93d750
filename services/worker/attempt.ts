import type { Bus } from '#bus/connect-bus.ts';
import type { Draft, Finish, Grant } from '#bus/messages.ts';
import { calls } from '#bus/subjects.ts';
import type { Plan } from '#contract/plan.ts';
import type { ArtifactStore } from '#storage/store.ts';
import { askUntilAnswered } from './ask-until-answered.ts';
import { failureOf } from './child/failure-of.ts';
import { forkAttempt } from './child/fork-attempt.ts';
import type { AttemptLimits } from './env.ts';
import { handOver } from './hand-over.ts';
import type { Lease, LeaseKey } from './lease.ts';
import { createReporter, type FactReporter, factOf } from './reporter.ts';
import { stageInputs } from './stage-inputs.ts';
import { taskOf } from './task-of.ts';
import { uploadOutputs } from './upload-outputs.ts';
import type { Scratch, Workspace } from './workspace.ts';

export type Attempt = {
  readonly bus: Bus;
  readonly store: ArtifactStore;
  readonly scratch: Scratch;
  readonly limits: AttemptLimits;
  readonly key: LeaseKey;
  readonly grant: Grant;
  readonly lease: Lease;
};

type Result = Pick<Extract<Finish, { result: 'succeeded' }>, 'result' | 'succeeded'> | Failed | Stopped;
type Failed = Pick<Extract<Finish, { result: 'failureJson' }>, 'result' | 'failureJson'>;
type Stopped = Pick<Extract<Finish, { result: 'canceled' }>, 'result' | 'canceled'> | Released;
type Released = Pick<Extract<Finish, { result: 'released' }>, 'result' | 'released'>;

/** One attempt from its grant to its last word; whatever happens in between, its folder is wiped. */
export async function carryOut(attempt: Attempt): Promise<void> {
  const { bus, key, lease, scratch } = attempt;
  const workspace = await scratch.createWorkspace(`${key.runId}-${key.epoch}`);
  try {
    const reporter = createReporter(bus, key, lease);
    reporter.add({ fact: 'started', started: true });
    const result = await work(attempt, workspace, reporter).catch(failed);
    await reporter.flush();
    const last = lastWord(lease, result);
    if (last) await finish(attempt, last);
  } finally {
    await workspace.wipe();
  }
}

async function work(attempt: Attempt, workspace: Workspace, reporter: FactReporter): Promise<Result> {
  const { store, grant, limits, lease } = attempt;
  const { signal } = lease;
  // A large plan goes through the store first; what an attempt says after it need not wait.
  let plan: Promise<void> = Promise.resolve();
  const files = await stageInputs({ store, inputs: grant.inputs, folder: workspace.inputs, limits, signal });
  const end = await forkAttempt({
    task: taskOf({ ...grant, files, outputDir: workspace.outputs }),
    folder: workspace.folder,
    temporaryFolder: workspace.temporary,
    limits,
    signal,
    onSaying(saying) {
      if (saying.say === 'plan') plan = tellPlan(attempt, reporter, saying.plan);
      const fact = factOf(saying);
      if (fact) reporter.add(fact);
    },
  });
  await plan;
  if ('failure' in end) return { result: 'failureJson', failureJson: JSON.stringify(end.failure) };
  signal.throwIfAborted();
  const written = { folder: workspace.outputs, names: end.result.outputs };
  const outputs = await uploadOutputs(store, written, grant.outputPrefix);
  const said = await handOver(store, grant.outputPrefix, { word: 'result', value: end.result.value });
  const result = 'json' in said ? { resultJson: said.json, resultKey: '' } : { resultJson: '', resultKey: said.key };
  return { result: 'succeeded', succeeded: { outputs, ...result } };
}

async function tellPlan({ store, grant }: Attempt, reporter: FactReporter, plan: Plan): Promise<void> {
  try {
    const said = await handOver(store, grant.outputPrefix, { word: 'plan', value: plan });
    reporter.add('json' in said ? { fact: 'planJson', planJson: said.json } : { fact: 'planKey', planKey: said.key });
  } catch (error) {
    // A run is worth more than the table of its layers.
    reporter.add({
      fact: 'log',
      log: { level: 'warning', line: `The plan is not shown: ${failureOf(error).message}` },
    });
  }
}

function failed(error: unknown): Failed {
  return { result: 'failureJson', failureJson: JSON.stringify(failureOf(error)) };
}

/** What is to be said at the end; null: nothing, another holds the run. */
function lastWord(lease: Lease, result: Result): Result | null {
  const end = lease.ended();
  if (end === 'lost') return null;
  if (end === 'canceled') return { result: 'canceled', canceled: true };
  if (end === 'released') return { result: 'released', released: true };
  return result;
}

/** Says the last word until it is heard; of one that the gateway cannot write, that it could not. */
async function finish(attempt: Attempt, result: Result): Promise<void> {
  try {
    await say(attempt, result);
  } catch (error) {
    if (attempt.lease.lost.aborted) return;
    const failure = { code: 'INTERNAL', message: `The gateway could not write the result of the attempt: ${error}` };
    await say(attempt, { result: 'failureJson', failureJson: JSON.stringify(failure) });
  }
}

async function say({ bus, key, lease }: Attempt, result: Result): Promise<void> {
  const message: Draft<Finish> = { ...key, ...result };
  await askUntilAnswered(() => bus.request(calls.finish, message, 10_000), lease.lost);
}
