import type { TensorStorage } from '../formats/pth/pickle/value.ts';
import { storageBytes } from '../formats/storage-bytes.ts';
import { type Board, resultOf, type TaskResult } from './board.ts';
import { combineCrc32, crc32OfZeros } from './combine-crc32.ts';
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
  const append = (storage: TensorStorage, crc: number, bytes: number) => {
    const before = checksums.get(storage);
    checksums.set(storage, before === undefined ? crc : combineCrc32(before, crc, bytes));
  };
  for (const [index, task] of tasks.entries()) {
    const job = moving[task.job];
    const result = resultOf(board, index);
    const { dataCrc, scaleCrc } = result;
    if (job?.kind === 'copy') append(job.to, dataCrc, task.bytes);
    if (job?.kind !== 'quantize') continue;
    const { codes, scales } = written(task);
    append(job.qdata, dataCrc, codes);
    append(job.scale, scaleCrc, storageBytes({ dtype: job.scale.dtype, length: scales }));
    if (result.repaired > 0 || result.nonFinite > 0) addReport(reports, job, result);
  }
  for (const job of jobs) {
    if (job.kind === 'zeros') checksums.set(job.to, crc32OfZeros(storageBytes(job.to)));
    // There is no task that writes nothing.
    else if (job.kind === 'copy' && job.to.length === 0) checksums.set(job.to, 0);
  }
  return { checksums, reports };
}
function addReport(reports: Map<QuantizeJob, JobReport>, job: QuantizeJob, { repaired, nonFinite }: TaskResult): void {
  const { repairedBlocks, nonFiniteBlocks } = reports.get(job) ?? { repairedBlocks: 0, nonFiniteBlocks: 0 };
  reports.set(job, { repairedBlocks: repairedBlocks + repaired, nonFiniteBlocks: nonFiniteBlocks + nonFinite });
}

/** How many codes and scales a task writes. */
function written(task: Task): { readonly codes: number; readonly scales: number } {
  if (task.kind === 'blocks') return { codes: task.count * task.weight.length, scales: task.count };
  if (task.kind === 'encode') return { codes: task.length, scales: task.own === 0 ? 1 : 0 };
  return { codes: 0, scales: 0 };
}
