import { type Board, finishTask, type TaskResult } from './board.ts';
import { copy } from './copy.ts';
import type { Read } from './file-access.ts';
import { encodePiece, measurePiece } from './long-block.ts';
import { quantizeBlocks } from './quantize-blocks.ts';
import type { Slab } from './slab.ts';
import type { JobFacts, Task } from './tasks.ts';

/** What a thread works with. */
export type Bench = {
  readonly slab: Slab;
  /** The output. */
  readonly fd: number;
  /** CRC-32 as of node:zlib, or nothing where the output's format has no checksums. */
  crc32(bytes: Uint8Array, before: number): number;
  readonly jobs: readonly JobFacts[];
  readonly tasks: readonly Task[];
  readonly board: Board;
};

/** A task with what it needs to be done. */
export type Work<T extends Task> = { readonly task: T; readonly name: string; readonly read: Read };

/** Does one task, and puts down on the board what came of it. Errors: InputError; the system's. */
export function performTask(bench: Bench, index: number, read: Read): void {
  const task = bench.tasks[index];
  if (!task) throw new Error(`there is no task ${index}`);
  const result = perform(bench, { task, name: bench.jobs[task.job]?.name ?? '', read });
  finishTask(bench.board, index, { ...result, bytes: task.bytes });
}

function perform(bench: Bench, { task, ...rest }: Work<Task>): TaskResult {
  switch (task.kind) {
    case 'copy':
      return copy(bench, { task, ...rest });
    case 'blocks':
      return quantizeBlocks(bench, { task, ...rest });
    case 'absmax':
      return measurePiece(bench, { task, ...rest });
    case 'encode':
      return encodePiece(bench, { task, ...rest });
  }
}
