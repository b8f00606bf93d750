import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises';
import { isMeasured, isStopped } from './board.ts';
import type { Bench } from './perform-task.ts';
import { nextFileTask, runFileTask, type TaskFailure } from './run-tasks.ts';

/** What a thread does, done here with a pause after each task in which others go on: digests, progress, an abort. */
export async function runHere(bench: Bench): Promise<readonly TaskFailure[]> {
  for (;;) {
    const index = nextFileTask(bench);
    if (index === null) return [];
    await untilPossible(bench, index);
    const failure = runFileTask(bench, index);
    if (failure) return [failure];
    await nextTurn();
  }
}

/** Waits for what other threads measure without holding up this one, which alone hears that one of them has died. */
async function untilPossible({ board, tasks }: Bench, index: number): Promise<void> {
  const task = tasks[index];
  if (task?.kind !== 'encode') return;
  while (!isMeasured(board, task.long) && !isStopped(board)) await pause(1);
}
