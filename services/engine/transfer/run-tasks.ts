import { type Failure, InputError } from '#contract/failure.ts';
import { isStopped, stop, takeTask } from './board.ts';
import { type Read, readFrom } from './file-access.ts';
import { type Bench, performTask } from './perform-task.ts';

/** Why a task failed, as it goes from thread to thread. The lowest index is the one to tell: tasks are taken in order. */
export type TaskFailure = { readonly task: number } & ({ readonly failure: Failure } | { readonly error: Thrown });

/** An error as a message carries it, which would lose the code by which a system error is known. */
type Thrown = { readonly message: string; readonly stack: string | undefined; readonly code: string | undefined };

/** Takes tasks from the board, one after another, until there are none or the transfer stops. Returns what stopped it here. */
export function runTasks(bench: Bench): TaskFailure | null {
  for (;;) {
    const index = nextFileTask(bench);
    if (index === null) return null;
    const failure = runFileTask(bench, index);
    if (failure) return failure;
  }
}

/** Takes the next task that reads from a file; null if there are none, or the transfer stops. The others are the main thread's. */
export function nextFileTask({ board, tasks, jobs }: Bench): number | null {
  while (!isStopped(board)) {
    const index = takeTask(board);
    const task = tasks[index];
    if (!task) return null;
    if (jobs[task.job]?.source.kind === 'file') return index;
  }
  return null;
}

export function runFileTask(bench: Bench, index: number): TaskFailure | null {
  const job = bench.jobs[bench.tasks[index]?.job ?? -1];
  if (job?.source.kind !== 'file') throw new Error(`task ${index} reads from no file`);
  const { offset } = job.source;
  const read = readFrom(job.source, job.name);
  return attempt(bench, index, (into, position) => read(into, offset + position));
}

/** Does one task; a failure stops the transfer. */
export function attempt(bench: Bench, index: number, read: Read): TaskFailure | null {
  try {
    performTask(bench, index, read);
    return null;
  } catch (error) {
    stop(bench.board);
    if (error instanceof InputError) return { task: index, failure: error.toFailure() };
    return { task: index, error: thrown(error) };
  }
}

export function thrown(error: unknown): Thrown {
  if (!(error instanceof Error)) return { message: String(error), stack: undefined, code: undefined };
  const { message, stack } = error;
  return { message, stack, code: 'code' in error && typeof error.code === 'string' ? error.code : undefined };
}
