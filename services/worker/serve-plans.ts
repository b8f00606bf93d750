import { randomUUID } from 'node:crypto';
import type { Draft, PlanReply, PlanRequest } from '#bus/messages.ts';
import type { Stop } from '#bus/questions.ts';
import { planCall } from '#bus/subjects.ts';
import { failureOf } from './child/failure-of.ts';
import { forkAttempt } from './child/fork-attempt.ts';
import { createSlots, type Slots } from './slots.ts';
import { stageInputs } from './stage-inputs.ts';
import type { Worker } from './take-job.ts';
import { planTaskOf } from './task-of.ts';

/** Someone waits in front of a form for it. */
const longestPlan = 60;
const plansAtOnce = 2;

type Planner = Pick<Worker, 'bus' | 'store' | 'scratch' | 'limits' | 'stopping'>;

/** Answers what a backend would do. A plan runs in a process like an attempt's, but holds no run and leaves no trace. */
export function servePlans(planner: Planner, backends: readonly string[]): Stop {
  const slots = createSlots(plansAtOnce);
  const stops = backends.map((backend) =>
    planner.bus.serve(planCall(backend), (request) => inTurn(slots, () => answer(planner, request))),
  );
  return () => {
    for (const stop of stops) stop();
  };
}

async function inTurn<Answer>(slots: Slots, work: () => Promise<Answer>): Promise<Answer> {
  while (!slots.take()) await slots.free();
  return work().finally(slots.leave);
}

async function answer(planner: Planner, request: PlanRequest): Promise<Draft<PlanReply>> {
  const { store, scratch, stopping } = planner;
  const limits = { ...planner.limits, seconds: longestPlan };
  const signal = AbortSignal.any([stopping, AbortSignal.timeout(longestPlan * 1_000)]);
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
    if ('failure' in end) return { answer: 'failureJson', failureJson: JSON.stringify(end.failure) };
    return { answer: 'planJson', planJson: JSON.stringify(end.result.value) };
  } catch (error) {
    return { answer: 'failureJson', failureJson: JSON.stringify(failureOf(error)) };
  } finally {
    await workspace.wipe();
  }
}
