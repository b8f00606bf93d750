import type { Cut } from './cut-tasks.ts';

/** What the threads of a transfer share, in shared memory. */
export type Board = {
  /** Index of the next task to take; whether to stop; KiB that are done. */
  readonly control: Int32Array;
  /** For each task: CRC-32 of the data, of the scales, blocks repaired, blocks not finite. */
  readonly results: Uint32Array;
  /** Of the pieces of long blocks. */
  readonly maxima: Float64Array;
  /** For each long block, how many of its maxima are missing. */
  readonly missing: Int32Array;
};

const next = 0;
const stopped = 1;
const done = 2;
const resultWords = 4;
/** A thread that waits for another looks this often whether it is still worth it. */
const waitMilliseconds = 50;

export function createBoard({ tasks, maxima, longBlocks }: Cut): Board {
  const missing = new Int32Array(new SharedArrayBuffer(4 * longBlocks.length));
  missing.set(longBlocks);
  return {
    control: new Int32Array(new SharedArrayBuffer(12)),
    results: new Uint32Array(new SharedArrayBuffer(4 * resultWords * tasks.length)),
    maxima: new Float64Array(new SharedArrayBuffer(8 * maxima)),
    missing,
  };
}

export function takeTask({ control }: Board): number {
  return Atomics.add(control, next, 1);
}

export function stop({ control, missing }: Board): void {
  Atomics.store(control, stopped, 1);
  for (let long = 0; long < missing.length; long++) Atomics.notify(missing, long);
}

export function isStopped({ control }: Board): boolean {
  return Atomics.load(control, stopped) === 1;
}

export type TaskResult = {
  readonly dataCrc: number;
  readonly scaleCrc: number;
  readonly repaired: number;
  readonly nonFinite: number;
};

export function finishTask({ control, results }: Board, task: number, result: TaskResult & { bytes: number }): void {
  results.set([result.dataCrc, result.scaleCrc, result.repaired, result.nonFinite], task * resultWords);
  Atomics.add(control, done, Math.ceil(result.bytes / 1024));
}

export function resultOf({ results }: Board, task: number): TaskResult {
  const word = (index: number) => results[task * resultWords + index] ?? 0;
  return { dataCrc: word(0), scaleCrc: word(1), repaired: word(2), nonFinite: word(3) };
}

export function doneBytes({ control }: Board): number {
  return Atomics.load(control, done) * 1024;
}

export function putMaximum(board: Board, place: { readonly index: number; readonly long: number }, value: number) {
  board.maxima[place.index] = value;
  if (Atomics.sub(board.missing, place.long, 1) === 1) Atomics.notify(board.missing, place.long);
}

/** Whether all maxima of a long block are there. */
export function isMeasured({ missing }: Board, long: number): boolean {
  return Atomics.load(missing, long) === 0;
}

/** max of the maxima of a long block once all are there, NaN if one is; null if the transfer stops meanwhile. */
export function awaitMaximum(
  board: Board,
  { long, first, count }: { readonly long: number; readonly first: number; readonly count: number },
): number | null {
  for (;;) {
    const missing = Atomics.load(board.missing, long);
    if (missing === 0) return Math.max(...board.maxima.subarray(first, first + count));
    if (isStopped(board)) return null;
    Atomics.wait(board.missing, long, missing, waitMilliseconds);
  }
}
