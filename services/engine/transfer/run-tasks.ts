import { type Failure, InputError } from '#contract/failure.ts';
import { isStopped, stop, takeTask } from './board.ts';
import { readFrom } from './file-access.ts';
import { type Bench, performTask } from './perform-task.ts';

/** Why a task failed, as it goes from thread to thread. The lowest index is the one to tell: tasks are taken in order. */
export type TaskFailure = { readonly task: number } & (
  | { readonly failure: Failure }
  | { readonly message: string; readonly stack: string | undefined }
);

/** Takes tasks from the board, one after another, until there are none or the transfer stops. Returns what stopped it here. */
export function runTasks(bench: Bench): TaskFailure | null {
  for (;;) {
    const step = runNextTask(bench);
    if (step !== 'more') return step === 'none' ? null : step;
  }
}

/** One step of the above, for a thread that has other things to do in between. */
export function runNextTask(bench: Bench): TaskFailure | 'more' | 'none' {
  if (isStopped(bench.board)) return 'none';
  const index = takeTask(bench.board);
  const task = bench.tasks[index];
  if (!task) return 'none';
  const job = bench.jobs[task.job];
  // What is in the memory of the main thread is its own to do.
  if (job?.source.kind !== 'file') return 'more';
  const { fd, offset } = job.source;
  const read = readFrom(fd, job.name);
  return attempt(bench, index, (into, position) => read(into, offset + position)) ?? 'more';
}

/** Does one task; a failure stops the transfer. */
export function attempt(bench: Bench, index: number, read: Parameters<typeof performTask>[2]): TaskFailure | null {
  try {
    performTask(bench, index, read);
    return null;
  } catch (error) {
    stop(bench.board);
    if (error instanceof InputError) return { task: index, failure: error.toFailure() };
    const { message, stack } = error instanceof Error ? error : { message: String(error), stack: undefined };
    return { task: index, message, stack };
  }
}
