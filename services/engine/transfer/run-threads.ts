import { existsSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import type { BenchFacts } from './bench.ts';
import { stop } from './board.ts';
import { type TaskFailure, thrown } from './run-tasks.ts';

/** Runs the tasks in so many threads; resolves when all have ended, with what stopped those that were stopped. */
export async function runThreads(facts: BenchFacts, count: number): Promise<readonly TaskFailure[]> {
  const ends = await Promise.all(Array.from({ length: count }, () => runThread(facts)));
  return ends.filter((end) => end !== null);
}

/** One that cannot start or dies stops the others: nobody will do the task it had taken. */
async function runThread(facts: BenchFacts): Promise<TaskFailure | null> {
  const end = await startThread(facts).catch(failed);
  if (end) stop(facts.board);
  return end;
}

/**
 * The thread is a bundle: in the source tree under `generated/`, made by infra/dev/generate.mjs, so that it starts
 * without a TypeScript loader; beside a bundle of ours the build has copied it.
 */
const places = ['./generated/transfer-thread.mjs', './transfer-thread.mjs'].map((at) => new URL(at, import.meta.url));

/** A thread needs no heap to speak of: tensors are outside of it. */
const resourceLimits = { maxYoungGenerationSizeMb: 2 };

async function startThread(facts: BenchFacts): Promise<TaskFailure | null> {
  const file = places.find((place) => existsSync(place));
  if (!file) throw new Error(`the thread is at none of ${places.join(', ')}; run node infra/dev/generate.mjs`);
  const thread = new Worker(file, { workerData: facts, execArgv: [], env: {}, resourceLimits });
  return new Promise((resolve) => {
    let end: TaskFailure | null | undefined;
    thread.on('message', ({ ended }: { ended: TaskFailure | null }) => {
      end = ended;
    });
    thread.on('error', (error) => {
      end ||= failed(error);
    });
    thread.on('exit', (code) => {
      resolve(
        end === undefined ? failed(new Error(`a thread ended with exit code ${code} before its work was done`)) : end,
      );
    });
  });
}

/** Comes after all tasks: what a task says of itself is the better reason. */
function failed(error: unknown): TaskFailure {
  return { task: Number.POSITIVE_INFINITY, error: thrown(error) };
}
