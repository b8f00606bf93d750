import { randomUUID } from 'node:crypto';
import type { Draft, PlanReply, PlanRequest } from '#bus/messages.ts';
import type { Stop } from '#bus/questions.ts';
import { planCall } from '#bus/subjects.ts';
import type { Failure } from '#contract/failure.ts';
import { failureOf } from './child/failure-of.ts';
import { forkAttempt } from './child/fork-attempt.ts';
import { handOver } from './hand-over.ts';
import { createSlots } from './slots.ts';
import { stageInputs } from './stage-inputs.ts';
import type { Worker } from './take-job.ts';
import { planTaskOf } from './task-of.ts';

/** Someone waits in front of a form for it: seconds from the question to the answer, the wait for a place included. */
const longestPlan = 60;
const plansAtOnce = 2;
/** More would be too late before their turn came. */
const mostQuestions = 16;

type Planner = Pick<Worker, 'bus' | 'store' | 'scratch' | 'limits' | 'stopping'>;

/** Answers what a backend would do. A plan runs in a process like an attempt's, but holds no run and leaves no trace. */
export function servePlans(planner: Planner, backends: readonly string[]): Stop {
  const slots = createSlots(plansAtOnce);
  let questions = 0;

  async function answer(request: PlanRequest): Promise<Draft<PlanReply>> {
    if (questions >= mostQuestions) return refuse(tooMany);
    questions += 1;
    const signal = AbortSignal.any([planner.stopping, AbortSignal.timeout(longestPlan * 1_000)]);
    try {
      while (!slots.take(request.backend)) await slots.free(request.backend);
      return await plan(planner, request, signal).finally(slots.leave);
    } finally {
      questions -= 1;
    }
  }

  const stops = backends.map((backend) => planner.bus.serve(planCall(backend), answer));
  return () => {
    for (const stop of stops) stop();
  };
}

async function plan(planner: Planner, request: PlanRequest, signal: AbortSignal): Promise<Draft<PlanReply>> {
  if (signal.aborted) return refuse(tooLate);
  const { store, scratch } = planner;
  const limits = { ...planner.limits, seconds: longestPlan };
  const workspace = await scratch.createWorkspace(`plan-${randomUUID()}`);
  try {
    const files = await stageInputs({ store, inputs: request.inputs, folder: workspace.inputs, limits, signal });
    const end = await forkAttempt({
      task: planTaskOf({ ...request, files }),
      folder: workspace.folder,
      temporaryFolder: workspace.temporary,
      limits,
      signal,
      onSaying: () => undefined,
    });
    if ('result' in end) return await planReply(planner, request, end.result.value);
    return refuse(signal.aborted ? tooLate : end.failure);
  } catch (error) {
    return refuse(signal.aborted ? tooLate : failureOf(error));
  } finally {
    await workspace.wipe();
  }
}

async function planReply({ store }: Planner, request: PlanRequest, value: unknown): Promise<Draft<PlanReply>> {
  const said = await handOver(store, request.answerPrefix, { word: 'plan', value });
  return 'json' in said ? { answer: 'planJson', planJson: said.json } : { answer: 'planKey', planKey: said.key };
}

const tooLate: Failure = {
  code: 'OUT_OF_TIME',
  message: `The worker made no plan within ${longestPlan} seconds.`,
  remedy: 'Ask again when the fleet is less busy; the run itself may be submitted without a plan.',
};

const tooMany: Failure = {
  code: 'WORKER_LOST',
  message: `The worker has ${mostQuestions} plans to make before this one.`,
  remedy: 'Ask again in a minute; the run itself may be submitted without a plan.',
};

function refuse(failure: Failure): Draft<PlanReply> {
  return { answer: 'failureJson', failureJson: JSON.stringify(failure) };
}
