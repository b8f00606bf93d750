import { open } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { InputError } from '#contract/failure.ts';
import { openByteSource } from '../formats/byte-source.ts';
import type { PlacedFile } from '../formats/placed-file.ts';
import type { TensorStorage } from '../formats/pth/pickle/value.ts';
import { writeAt } from '../formats/write-placed.ts';
import { numberToBfloat16 } from '../numerics/bfloat16.ts';
import { numberToFloat16 } from '../numerics/float16.ts';
import { quantizeWeight } from '../numerics/reference/quantize-weight.ts';
import type { Job, QuantizeJob, Source } from './jobs.ts';

export type Transfer = {
  /** The output, which exists. */
  readonly path: string;
  readonly placed: PlacedFile;
  readonly jobs: readonly Job[];
  readonly signal: AbortSignal;
  onProgress(fraction: number): void;
};

export type JobReport = {
  /** FP8 blocks that were given a scale of their own because theirs was 0. */
  readonly repairedBlocks: number;
  /** Blocks whose result holds a NaN or an infinity. */
  readonly nonFiniteBlocks: number;
};

export type Transferred = {
  readonly checksums: ReadonlyMap<TensorStorage, number>;
  readonly reports: ReadonlyMap<QuantizeJob, JobReport>;
};

/**
 * Moves tensors from one file into another, quantizing on the way. Rejects with an `InputError` for a weight that is
 * not finite (unless its scheme reproduces torchao), or with the signal's reason.
 */
export async function transfer({ path, placed, jobs, signal, onProgress }: Transfer): Promise<Transferred> {
  const checksums = new Map<TensorStorage, number>();
  const reports = new Map<QuantizeJob, JobReport>();
  const file = await open(path, 'r+');
  const put = async (storage: TensorStorage, bytes: Uint8Array) => {
    const at = placed.places.get(storage);
    if (at === undefined) throw new Error('a storage has no place in the file');
    await writeAt(file, bytes, at);
    checksums.set(storage, crc32(bytes));
  };
  try {
    for (const [index, job] of jobs.entries()) {
      signal.throwIfAborted();
      const bytes = await read(job.source, job.name);
      if (job.kind === 'copy') await put(job.to, bytes);
      else {
        const { quantized, scales, repaired, nonFinite } = quantizeWeight({ ...job, bytes, ...blocksOf(job) });
        if (nonFinite > 0 && job.scheme.unusual === 'repair') throw notFinite(job);
        await put(job.qdata, quantized);
        await put(job.scale, narrow(scales, job.scale));
        reports.set(job, { repairedBlocks: repaired, nonFiniteBlocks: nonFinite });
      }
      onProgress((index + 1) / jobs.length);
    }
    return { checksums, reports };
  } finally {
    await file.close();
  }
}

function blocksOf({ rows, cols, block }: QuantizeJob) {
  const length = block.rows * block.cols;
  return { length, blocks: (rows * cols) / length };
}

async function read(source: Source, name: string): Promise<Uint8Array> {
  if (source.kind === 'memory') return source.read();
  const { path, offset, bytes } = source.extent;
  const from = await openByteSource(path, name);
  try {
    return await from.read(offset, bytes);
  } finally {
    await from.close();
  }
}

function narrow(scales: Float32Array, { dtype }: TensorStorage): Uint8Array {
  const kept =
    dtype === 'bfloat16'
      ? Uint16Array.from(scales, numberToBfloat16)
      : dtype === 'float16'
        ? Uint16Array.from(scales, numberToFloat16)
        : scales;
  return new Uint8Array(kept.buffer);
}

function notFinite({ name }: QuantizeJob): InputError {
  return new InputError('UNSUPPORTED', `${name} holds a weight that is not finite, which no scale can represent`, {
    remedy: 'Repair the checkpoint, or name the layer in skip_names to leave it as it is.',
  });
}
