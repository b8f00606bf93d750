import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PlacedFile } from '../formats/placed-file.ts';
import type { TensorStorage } from '../formats/pth/pickle/value.ts';
import { storageBytes } from '../formats/storage-bytes.ts';
import { writePlaced } from '../formats/write-placed.ts';
import type { Job, QuantizeJob } from './jobs.ts';
import { type Transferred, transfer } from './transfer.ts';

/** The dtype of codes in a file. */
const codeDtypes = { int8: 'int8', fp8_e4m3fn: 'float8_e4m3fn', fp8_e5m2: 'float8_e5m2' } as const;

type Weight = Pick<QuantizeJob, 'name' | 'source' | 'dtype' | 'rows' | 'cols' | 'scheme' | 'block'>;

/** A job with storages of its own. */
export function quantizeJob(weight: Weight): QuantizeJob {
  const { rows, cols, block, scheme, dtype } = weight;
  const old = scheme.rounding === 'weight-dtype' && dtype !== 'float64';
  return {
    kind: 'quantize',
    ...weight,
    qdata: { dtype: codeDtypes[scheme.dtype], length: rows * cols },
    scale: { dtype: old ? dtype : 'float32', length: (rows * cols) / (block.rows * block.cols) },
  };
}

export type Run = Transferred & { bytesOf(storage: TensorStorage): Buffer };

type Options = { readonly signal?: AbortSignal; readonly threads?: number; onProgress?(fraction: number): void };

/** Carries the jobs out into a file of nothing but their storages, and reads it back. */
export async function runTransfer(folder: string, jobs: readonly Job[], options: Options = {}): Promise<Run> {
  const path = join(folder, 'output');
  const placed = placeJobs(jobs);
  const signal = options.signal ?? new AbortController().signal;
  const onProgress = options.onProgress ?? (() => undefined);
  let done: Transferred | undefined;
  await writePlaced(path, placed, async () => {
    done = await transfer({ path, placed, jobs, signal, threads: options.threads ?? 2, onProgress });
    return done.checksums;
  });
  if (!done) throw new Error('nothing was transferred');
  const file = await readFile(path);
  await rm(path);
  const at = (storage: TensorStorage) => placed.places.get(storage) ?? 0;
  return { ...done, bytesOf: (storage) => file.subarray(at(storage), at(storage) + storageBytes(storage)) };
}

/** A file of nothing but their storages. */
export function placeJobs(jobs: readonly Job[]): PlacedFile {
  const places = new Map<TensorStorage, number>();
  let bytes = 0;
  for (const job of jobs) {
    for (const storage of job.kind === 'quantize' ? [job.qdata, job.scale] : [job.to]) {
      places.set(storage, bytes);
      bytes += storageBytes(storage);
    }
  }
  return { bytes, places, fixed: [], finish: () => [] };
}

/** A file of these bytes as a source; `offset` bytes stand in front of them. */
export async function fileSource(path: string, bytes: Uint8Array, offset = 0) {
  await writeFile(path, Buffer.concat([Buffer.alloc(offset), bytes]));
  return { kind: 'file', extent: { path, offset, bytes: bytes.length } } as const;
}
