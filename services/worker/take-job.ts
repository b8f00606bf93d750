import { setTimeout as sleep } from 'node:timers/promises';
import type { Disposal } from '#bus/job-queue.ts';
import type { ClaimReply, Job } from '#bus/messages.ts';
import { calls } from '#bus/subjects.ts';
import { askUntilAnswered } from './ask-until-answered.ts';
import { type Attempt, carryOut } from './attempt.ts';
import { holdLease, type Lease } from './lease.ts';
import type { Slots } from './slots.ts';

export type Worker = Pick<Attempt, 'bus' | 'store' | 'scratch' | 'limits'> & {
  readonly id: string;
  /** What this process holds, by run. */
  readonly leases: Map<string, Lease | null>;
  readonly stopping: AbortSignal;
  onError(error: unknown): void;
};

/** Two backends may deliver at once to one slot; the later job goes back for so long. */
const busy: Disposal = { laterMs: 250 };

/**
 * Claims the run of a delivered job and starts its attempt. The delivery is done as soon as the claim is answered:
 * from then on the lease guards the run, not the message.
 */
export async function takeJob(worker: Worker, slots: Slots, job: Job): Promise<Disposal> {
  const held = worker.leases.get(job.runId);
  // A copy of what runs here already is dropped; the run's next lease waits until its last one is wiped away.
  if (held !== undefined) return held?.ended() === null ? 'done' : busy;
  if (!slots.take(job.backend)) return busy;
  worker.leases.set(job.runId, null);
  const leave = () => {
    worker.leases.delete(job.runId);
    slots.leave();
  };
  try {
    const reply = await claim(worker, job);
    if (reply.answer === 'grant') void attempt(worker, job, reply).finally(leave);
    else leave();
    return 'done';
  } catch {
    // Only a worker that is being stopped gives up asking.
    leave();
    return { laterMs: 0 };
  }
}

function claim({ bus, id, stopping }: Worker, job: Job): Promise<ClaimReply> {
  const { organizationId, runId } = job;
  return askUntilAnswered(() => bus.request(calls.claim, { organizationId, runId, workerId: id }, 5_000), stopping);
}

async function attempt(worker: Worker, job: Job, { grant }: Extract<ClaimReply, { answer: 'grant' }>): Promise<void> {
  const key = { organizationId: job.organizationId, runId: job.runId, epoch: grant.epoch };
  const lease = holdLease(worker.bus, key, grant.leaseSeconds);
  worker.leases.set(job.runId, lease);
  try {
    if (worker.stopping.aborted) lease.release();
    await carryOut({ ...worker, key, grant, lease });
  } catch (error) {
    worker.onError(error);
    // Whatever it is (a full disk), it would meet the next job too.
    await sleep(1_000);
  } finally {
    lease.stop();
  }
}
