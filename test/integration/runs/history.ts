import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import type { Attempt, Run, RunEvent } from '#prisma/generated/client/client.ts';
import type { RunState } from '#prisma/generated/client/enums.ts';
import type { Tenant } from './tenant.ts';

export type History = {
  readonly run: Run;
  readonly attempts: Attempt[];
  readonly events: RunEvent[];
  readonly states: string[];
};

/** Waits until the run is in one of the states; fails with its history if it never is. */
export async function reaches(tenant: Tenant, runId: string, states: readonly RunState[], seconds = 30): Promise<Run> {
  const until = performance.now() + seconds * 1_000;
  for (;;) {
    const run = await tenant.find(runId);
    if (states.includes(run.state)) return run;
    if (performance.now() > until) {
      const { states: past, attempts } = await historyOf(tenant, runId);
      throw new Error(`Run is ${run.state} after ${seconds} s, not ${states}: ${JSON.stringify({ past, attempts })}`);
    }
    await sleep(50);
  }
}

export const ends = (tenant: Tenant, runId: string, seconds?: number) =>
  reaches(tenant, runId, ['SUCCEEDED', 'FAILED', 'CANCELED'], seconds);

/** Everything written about a run, checked against what must hold of every run at every time. */
export async function historyOf(tenant: Tenant, runId: string): Promise<History> {
  const where = { organizationId: tenant.organizationId, runId };
  const history = await tenant.within(async (tx) => ({
    run: await tx.run.findUniqueOrThrow({ where: { id: runId } }),
    attempts: await tx.attempt.findMany({ where, orderBy: { epoch: 'asc' } }),
    events: await tx.runEvent.findMany({ where, orderBy: { seq: 'asc' } }),
  }));
  const { run, attempts, events } = history;
  const states = events.flatMap(({ kind, data }) => (kind === 'state' ? [stateIn(data)] : []));
  expect(events.map(({ seq }) => Number(seq))).toEqual(events.map((_event, index) => index + 1));
  expect(Number(run.eventSeq)).toBe(events.length);
  expect(attempts.map(({ epoch }) => epoch)).toEqual(attempts.map((_attempt, index) => index + 1));
  expect(attempts.filter(({ state }) => state === 'SUCCEEDED').length).toBe(run.state === 'SUCCEEDED' ? 1 : 0);
  expect(states.filter((state) => ['SUCCEEDED', 'FAILED', 'CANCELED'].includes(state)).length).toBeLessThanOrEqual(1);
  expect(states.at(-1)).toBe(run.state);
  return { ...history, states };
}

/** The events of a project have no gap either. */
export async function expectGapFreeProject(tenant: Tenant): Promise<void> {
  const events = await tenant.within((tx) =>
    tx.runEvent.findMany({ where: { projectId: tenant.projectId }, orderBy: { projectSeq: 'asc' } }),
  );
  expect(events.map(({ projectSeq }) => Number(projectSeq))).toEqual(events.map((_event, index) => index + 1));
}

function stateIn(data: unknown): string {
  return typeof data === 'object' && data !== null && 'state' in data ? String(data.state) : '?';
}
