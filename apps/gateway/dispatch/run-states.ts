import { Prisma } from '#prisma/generated/client/client.ts';
import type { RunState } from '#prisma/generated/client/enums.ts';

/** Names one run, and for a worker's word about it the epoch under which the worker holds it. */
export type RunKey = { readonly organizationId: string; readonly runId: string };
export type LeaseKey = RunKey & { readonly epoch: number };

type Transition = {
  readonly from: readonly RunState[];
  readonly to: RunState;
  /** What else changes in the row. */
  readonly set: Prisma.Sql;
};

const over = Prisma.sql`ended_at = now(), lease_until = null`;

/**
 * Every way a run changes its state; there is no other. `claim` and `withdraw` start from QUEUED, which nobody
 * holds; the rest are the holder's, or are made in its place once its lease ran out, and name its epoch.
 */
export const transitions = {
  claim: {
    from: ['QUEUED'],
    to: 'CLAIMED',
    set: Prisma.sql`lease_epoch = lease_epoch + 1, stage = null, fraction = 0`,
  },
  withdraw: { from: ['QUEUED'], to: 'CANCELED', set: over },
  start: { from: ['CLAIMED'], to: 'RUNNING', set: Prisma.sql`started_at = coalesce(started_at, now())` },
  succeed: { from: ['RUNNING'], to: 'SUCCEEDED', set: Prisma.sql`${over}, fraction = 1` },
  fail: { from: ['CLAIMED', 'RUNNING'], to: 'FAILED', set: over },
  cancel: { from: ['CLAIMED', 'RUNNING'], to: 'CANCELED', set: over },
  requeue: {
    from: ['CLAIMED', 'RUNNING'],
    to: 'QUEUED',
    set: Prisma.sql`lease_until = null, worker_id = null, stage = null, fraction = 0`,
  },
} as const satisfies Record<string, Transition>;

export type TransitionName = keyof typeof transitions;
export type UnheldTransition = 'claim' | 'withdraw';
export type HeldTransition = Exclude<TransitionName, UnheldTransition>;
