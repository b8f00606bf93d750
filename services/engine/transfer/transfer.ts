import type { PlacedFile } from '../formats/placed-file.ts';
import type { TensorStorage } from '../formats/pth/pickle/value.ts';
import { kernelModule } from '../kernels/module.ts';
import { createBoard } from './board.ts';
import { collect } from './collect.ts';
import { cutTasks } from './cut-tasks.ts';
import { factsOf } from './job-facts.ts';
import type { Job, QuantizeJob } from './jobs.ts';
import { openFiles } from './open-files.ts';
import { performAll } from './perform-all.ts';

export type Transfer = {
  /** The output, which exists, has its size, and is zeros where nothing has been written. */
  readonly path: string;
  readonly placed: PlacedFile;
  readonly jobs: readonly Job[];
  readonly signal: AbortSignal;
  /** At most so many threads work, this one included; fewer where there is little to do. */
  readonly threads: number;
  onProgress(fraction: number): void;
};

export type JobReport = {
  /** FP8 blocks that were given a scale of their own because theirs was 0. */
  readonly repairedBlocks: number;
  /** Blocks whose result holds a NaN or an infinity. */
  readonly nonFiniteBlocks: number;
};

export type Transferred = {
  /** CRC-32 of every storage that was written; 0 where the output's format has none. */
  readonly checksums: ReadonlyMap<TensorStorage, number>;
  /** Of jobs that have any such block. */
  readonly reports: ReadonlyMap<QuantizeJob, JobReport>;
};

/**
 * Moves tensors from one file into another, quantizing on the way: threads read slabs, encode and write them where
 * they belong, so that memory does not grow with the tensors. Rejects with an `InputError` for a weight that is not
 * finite (unless its scheme reproduces torchao), or with the signal's reason.
 */
export async function transfer({ path, placed, jobs, ...order }: Transfer): Promise<Transferred> {
  order.signal.throwIfAborted();
  const moving = jobs.filter((job) => job.kind !== 'zeros');
  const files = openFiles(path, moving);
  try {
    const facts = moving.map((job) => factsOf(job, { placed, fdOf: files.fdOf }));
    const cut = cutTasks(facts);
    const board = createBoard(cut);
    const module = kernelModule();
    const checksums = placed.finish !== null;
    await performAll(
      { fd: files.output, jobs: facts, tasks: cut.tasks, board, module, checksums },
      { ...order, jobs: moving },
    );
    return collect(jobs, { tasks: cut.tasks, board, moving });
  } finally {
    files.close();
  }
}
