import type { PlacedFile } from '../formats/placed-file.ts';
import type { TensorStorage } from '../formats/pth/pickle/value.ts';
import { storageBytes } from '../formats/storage-bytes.ts';
import { weightDtypes } from '../numerics/weight-scheme.ts';
import type { MovingJob, QuantizeJob } from './jobs.ts';
import type { JobFacts, WeightFacts } from './tasks.ts';

type Where = { readonly placed: PlacedFile; fdOf(path: string): number };

/** A job as the threads know it. Throws where its numbers contradict each other: that would be a defect of the caller. */
export function factsOf(job: MovingJob, { placed, fdOf }: Where): JobFacts {
  const placeOf = (storage: TensorStorage) => {
    const place = placed.places.get(storage);
    if (place === undefined) throw new Error(`${job.name} has no place in the file`);
    return place;
  };
  const output =
    job.kind === 'copy'
      ? { kind: 'copy' as const, bytes: storageBytes(job.to), to: placeOf(job.to) }
      : weightOf(job, { qdata: placeOf(job.qdata), scale: placeOf(job.scale) });
  const { source, name } = job;
  if (source.kind === 'memory') return { name, source: { kind: 'memory' }, output };
  const { path, offset, bytes } = source.extent;
  if (bytes !== sourceBytes(job)) throw new Error(`${name} has ${bytes} bytes, ${sourceBytes(job)} are needed`);
  return { name, source: { kind: 'file', fd: fdOf(path), path, offset }, output };
}

/** What a job reads. */
export function sourceBytes(job: MovingJob): number {
  return job.kind === 'copy' ? storageBytes(job.to) : job.rows * job.cols * weightDtypes[job.dtype].bytes;
}

/** Rows and groups are neighbours in memory, and so is a whole tensor; blocks of several rows but not all are not. */
function weightOf(
  { name, rows, cols, block, dtype, scheme, qdata, scale }: QuantizeJob,
  places: Pick<WeightFacts, 'qdata' | 'scale'>,
): WeightFacts {
  const length = block.rows * block.cols;
  const blocks = (rows * cols) / length;
  const whole = block.rows === rows && block.cols === cols;
  if (!whole && (block.rows !== 1 || cols % block.cols !== 0)) {
    throw new Error(`${name} [${rows}, ${cols}] cannot have blocks of [${block.rows}, ${block.cols}]`);
  }
  if (qdata.length !== rows * cols || scale.length !== blocks) {
    throw new Error(`${name} needs ${rows * cols} codes and ${blocks} scales, not ${qdata.length} and ${scale.length}`);
  }
  return {
    kind: 'quantize',
    dtype,
    blocks,
    length,
    cols,
    scheme,
    qdata: places.qdata,
    scale: places.scale,
    scaleDtype: scale.dtype,
  };
}
