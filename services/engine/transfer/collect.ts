import { dtypes } from '../formats/dtype.ts';
import type { TensorStorage } from '../formats/pth/pickle/value.ts';
import { type Board, resultOf } from './board.ts';
import { combineCrc32, crc32OfZeros } from './combine-crc32.ts';
import { bytesOf } from './job-facts.ts';
import type { Job, MovingJob, QuantizeJob } from './jobs.ts';
import type { Task } from './tasks.ts';
import type { JobReport, Transferred } from './transfer.ts';

export type Done = {
  readonly tasks: readonly Task[];
  readonly board: Board;
  /** The jobs that the tasks are pieces of. */
  readonly moving: readonly MovingJob[];
};

/** Joins what came of the tasks, which are in the order of the bytes they wrote. */
export function collect(jobs: readonly Job[], { tasks, board, moving }: Done): Transferred {
  const checksums = new Map<TensorStorage, number>();
  const reports = new Map<QuantizeJob, JobReport>();
  const append = (storage: TensorStorage, crc: number, bytes: number) =>
    checksums.set(storage, combineCrc32(checksums.get(storage) ?? 0, crc, bytes));
  for (const job of jobs) {
    if (job.kind === 'zeros') checksums.set(job.to, crc32OfZeros(bytesOf(job.to)));
    else for (const storage of storagesOf(job)) checksums.set(storage, 0);
    if (job.kind === 'quantize') reports.set(job, { repairedBlocks: 0, nonFiniteBlocks: 0 });
  }
  for (const [index, task] of tasks.entries()) {
    const job = moving[task.job];
    const { dataCrc, scaleCrc, repaired, nonFinite } = resultOf(board, index);
    if (job?.kind === 'copy') append(job.to, dataCrc, task.bytes);
    if (job?.kind !== 'quantize') continue;
    const { codes, scales } = written(task);
    append(job.qdata, dataCrc, codes);
    append(job.scale, scaleCrc, scales * dtypes[job.scale.dtype].bytes);
    const { repairedBlocks = 0, nonFiniteBlocks = 0 } = reports.get(job) ?? {};
    reports.set(job, { repairedBlocks: repairedBlocks + repaired, nonFiniteBlocks: nonFiniteBlocks + nonFinite });
  }
  return { checksums, reports };
}

function storagesOf(job: MovingJob): readonly TensorStorage[] {
  return job.kind === 'copy' ? [job.to] : [job.qdata, job.scale];
}

/** How many codes and scales a task writes. */
function written(task: Task): { readonly codes: number; readonly scales: number } {
  if (task.kind === 'blocks') return { codes: task.count * task.weight.length, scales: task.count };
  if (task.kind === 'encode') return { codes: task.length, scales: task.own === 0 ? 1 : 0 };
  return { codes: 0, scales: 0 };
}
