import { bundledThread } from '#threads/bundled-thread.ts';
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

async function startThread(facts: BenchFacts): Promise<TaskFailure | null> {
  const thread = bundledThread('transfer-thread.mjs', { from: import.meta.url, data: facts });
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
