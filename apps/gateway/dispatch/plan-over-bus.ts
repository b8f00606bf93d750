import { randomUUID } from 'node:crypto';
import type { Bus } from '#bus/connect-bus.ts';
import type { Input, PlanReply } from '#bus/messages.ts';
import { UnansweredError } from '#bus/questions.ts';
import { planCall } from '#bus/subjects.ts';
import type { Failure } from '#contract/failure.ts';
import type { Plan } from '#contract/plan.ts';
import type { Recipe } from '#contract/recipe/recipe.ts';
import type { ArtifactStore } from '#storage/store.ts';
import { parseFailure } from './parse-failure.ts';
import { readSpoken } from './read-spoken.ts';

export type PlanQuestion = {
  readonly organizationId: string;
  readonly backend: string;
  readonly recipe: Recipe;
  /** Roles model, graph, calibration, evaluation, with their keys in the artifact store. */
  readonly inputs: readonly Input[];
};

export type PlanAnswer = { readonly plan: Plan } | { readonly failure: Failure };

/** A worker plans within 60 s or says that it did not. */
const patience = 70_000;

export type PlanningFleet = { readonly bus: Bus; readonly store: ArtifactStore };

/** Asks a worker of the backend what it would do. Every reason for having no plan is a `Failure`. */
export async function planOverBus({ bus, store }: PlanningFleet, question: PlanQuestion): Promise<PlanAnswer> {
  const { backend, recipe, inputs } = question;
  const answerPrefix = `${question.organizationId}/plans/${randomUUID()}`;
  try {
    const request = { backend, recipeJson: JSON.stringify(recipe), inputs, answerPrefix };
    const reply = await bus.request(planCall(backend), request, patience);
    return await readReply(store, answerPrefix, reply);
  } catch (error) {
    if (!(error instanceof UnansweredError)) throw error;
    return { failure: error.why === 'nobody' ? nobodyServes(backend) : unanswered(backend, error) };
  }
}

async function readReply(store: ArtifactStore, answerPrefix: string, reply: PlanReply): Promise<PlanAnswer> {
  switch (reply.answer) {
    case 'planJson':
      return { plan: JSON.parse(reply.planJson) };
    case 'failureJson':
      return { failure: parseFailure(reply.failureJson) };
    case 'planKey': {
      const json = await readSpoken(store, answerPrefix, { word: 'plan', key: reply.planKey });
      await store.removeAll(answerPrefix);
      if (json === null) throw new Error(`The worker put its plan at ${reply.planKey}, and it is not there`);
      return { plan: JSON.parse(json) };
    }
  }
}

function nobodyServes(backend: string): Failure {
  return {
    code: 'WORKER_LOST',
    message: `No worker that serves ${backend} is running.`,
    remedy: 'Start one and ask again; runs may be submitted meanwhile and will wait for it.',
  };
}

function unanswered(backend: string, { message }: UnansweredError): Failure {
  return {
    code: 'WORKER_LOST',
    message: `No worker of ${backend} made a plan (${message}).`,
    remedy: 'Ask again; if the fleet is busy, a little later.',
  };
}
