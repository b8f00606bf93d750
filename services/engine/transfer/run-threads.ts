import { existsSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import type { BenchFacts } from './bench.ts';
import { stop } from './board.ts';
import type { TaskFailure } from './run-tasks.ts';

/** Runs the tasks in so many threads; resolves when all have ended, with what stopped those that were stopped. */
export async function runThreads(facts: BenchFacts, count: number): Promise<readonly TaskFailure[]> {
  const ends = await Promise.all(Array.from({ length: count }, () => runThread(facts)));
  return ends.filter((end) => end !== null);
}

/**
 * The thread is a bundle: in the source tree under `generated/`, made by infra/dev/generate.mjs, so that it starts
 * without a TypeScript loader; beside a bundle of ours the build has copied it.
 */
const places = ['./generated/transfer-thread.mjs', './transfer-thread.mjs'].map((at) => new URL(at, import.meta.url));

/** A thread needs no heap to speak of: tensors are outside of it. */
const resourceLimits = { maxYoungGenerationSizeMb: 2 };

function runThread(facts: BenchFacts): Promise<TaskFailure | null> {
  const file = places.find((place) => existsSync(place));
  if (!file) throw new Error(`the thread is at none of ${places.join(', ')}; run node infra/dev/generate.mjs`);
  return new Promise((resolve) => {
    const thread = new Worker(file, { workerData: facts, execArgv: [], env: {}, resourceLimits });
    let last: TaskFailure | null | undefined;
    thread.on('message', ({ ended }: { ended: TaskFailure | null }) => {
      last = ended;
    });
    thread.on('error', (error) => {
      last ??= { task: Number.POSITIVE_INFINITY, message: error.message, stack: error.stack };
    });
    thread.on('exit', (code) => {
      if (last === undefined || last !== null) stop(facts.board);
      const died = `a thread ended with exit code ${code} before its work was done`;
      resolve(last === undefined ? { task: Number.POSITIVE_INFINITY, message: died, stack: undefined } : last);
    });
  });
}
