import { setImmediate as nextTurn } from 'node:timers/promises';
import { InputError } from '#contract/failure.ts';
import { type BenchFacts, benchOf } from './bench.ts';
import { doneBytes, isStopped, stop } from './board.ts';
import { readFromMemory } from './file-access.ts';
import { sourceBytes } from './job-facts.ts';
import type { MovingJob } from './jobs.ts';
import type { Bench } from './perform-task.ts';
import { runHere } from './run-here.ts';
import { attempt, type TaskFailure } from './run-tasks.ts';
import { runThreads } from './run-threads.ts';
import type { Task } from './tasks.ts';

/** A thread for less than this costs more than it brings; more than `mostThreads` would wait for the disk. */
const bytesForThread = 16 << 20;
const mostThreads = 8;
const progressMilliseconds = 100;

type Order = {
  readonly jobs: readonly MovingJob[];
  readonly threads: number;
  readonly signal: AbortSignal;
  onProgress(fraction: number): void;
};

/** Does all tasks: here, and in further threads if there is enough to do. Rejects with what stopped it. */
export async function performAll(facts: BenchFacts, { jobs, threads, signal, onProgress }: Order): Promise<void> {
  const total = facts.tasks.reduce((sum, { bytes }) => sum + bytes, 0);
  const tell = () => onProgress(total === 0 ? 1 : Math.min(doneBytes(facts.board) / total, 1));
  const abort = () => stop(facts.board);
  const timer = setInterval(tell, progressMilliseconds);
  signal.addEventListener('abort', abort);
  try {
    const bench = benchOf(facts);
    // Nobody may read or write any more when this ends, however it ends.
    const ends = await Promise.allSettled([
      runThreads(facts, threadsFor(jobs, threads) - 1),
      runHere(bench),
      runFromMemory(bench, jobs),
    ]);
    signal.throwIfAborted();
    for (const end of ends) if (end.status === 'rejected') throw end.reason;
    raise(ends.flatMap((end) => (end.status === 'fulfilled' ? end.value : [])));
    onProgress(1);
  } finally {
    clearInterval(timer);
    signal.removeEventListener('abort', abort);
  }
}

/** How many threads are worth it, this one included. */
function threadsFor(jobs: readonly MovingJob[], most: number): number {
  const bytes = jobs.reduce((sum, job) => sum + (job.source.kind === 'file' ? sourceBytes(job) : 0), 0);
  return Math.max(1, Math.min(most, mostThreads, Math.floor(bytes / bytesForThread)));
}

/** Jobs whose bytes have to be made in memory, one at a time. */
async function runFromMemory(bench: Bench, jobs: readonly MovingJob[]): Promise<readonly TaskFailure[]> {
  if (jobs.every(({ source }) => source.kind === 'file')) return [];
  const tasksOf = indicesByJob(bench.tasks);
  for (const [index, job] of jobs.entries()) {
    if (job.source.kind !== 'memory' || isStopped(bench.board)) continue;
    const read = readFromMemory(await bytesFrom(job, bench));
    for (const task of tasksOf.get(index) ?? []) {
      if (isStopped(bench.board)) return [];
      const failure = attempt(bench, task, read);
      if (failure) return [failure];
      await nextTurn();
    }
  }
  return [];
}

function indicesByJob(tasks: readonly Task[]): ReadonlyMap<number, readonly number[]> {
  const indices = new Map<number, number[]>();
  for (const [index, { job }] of tasks.entries()) {
    const known = indices.get(job);
    if (known) known.push(index);
    else indices.set(job, [index]);
  }
  return indices;
}

async function bytesFrom(job: MovingJob, { board }: Bench): Promise<Uint8Array> {
  try {
    const bytes = job.source.kind === 'memory' ? await job.source.read() : new Uint8Array(0);
    if (bytes.length === sourceBytes(job)) return bytes;
    throw new Error(`${job.name} has ${bytes.length} bytes, ${sourceBytes(job)} were announced`);
  } catch (error) {
    stop(board);
    throw error;
  }
}

/** Tasks are taken in order and those that were begun are finished, so the first failure is the same every time. */
function raise(failures: readonly TaskFailure[]): void {
  const [first] = failures.toSorted((a, b) => a.task - b.task);
  if (!first) return;
  if ('failure' in first) {
    const { code, message, remedy } = first.failure;
    throw new InputError(code, message, remedy === undefined ? {} : { remedy });
  }
  const { message, stack, code } = first.error;
  throw Object.assign(new Error(message), stack ? { stack } : {}, code ? { code } : {});
}
