import type { Dtype } from '../formats/dtype.ts';
import type { WeightDtype, WeightScheme } from '../numerics/weight-scheme.ts';

/** What the threads know of a job: plain data, with offsets in the output file. */
export type JobFacts = {
  /** For messages. */
  readonly name: string;
  /** Where its first byte is: in a file, or in what the job keeps in memory. */
  readonly source:
    | { readonly kind: 'file'; readonly fd: number; readonly path: string; readonly offset: number }
    | { readonly kind: 'memory' };
  readonly output: CopyFacts | WeightFacts;
};

export type CopyFacts = { readonly kind: 'copy'; readonly bytes: number; readonly to: number };

/** A weight as `blocks` blocks of `length` neighbours each: rows, groups, or all of it. */
export type WeightFacts = {
  readonly kind: 'quantize';
  readonly dtype: WeightDtype;
  readonly blocks: number;
  readonly length: number;
  /** Elements of a row, for messages. */
  readonly cols: number;
  readonly scheme: WeightScheme;
  readonly qdata: number;
  readonly scale: number;
  readonly scaleDtype: Dtype;
};

/**
 * A piece of a job that one thread does alone. A block that does not fit a slab is gone over twice: `absmax` pieces,
 * then `encode` pieces, which wait for all of the former.
 */
export type Task = CopyTask | BlocksTask | PieceTask;

/** `job` is an index; `bytes` are the source's, as progress counts them. */
type OfJob = { readonly job: number; readonly bytes: number };

export type CopyTask = OfJob & { readonly kind: 'copy'; readonly start: number; readonly to: number };

export type BlocksTask = OfJob & {
  readonly kind: 'blocks';
  readonly weight: WeightFacts;
  readonly first: number;
  readonly count: number;
};

/** Elements `start … start + length` of the weight, within one block. */
export type PieceTask = OfJob & {
  readonly kind: 'absmax' | 'encode';
  readonly weight: WeightFacts;
  readonly block: number;
  readonly start: number;
  readonly length: number;
  /** Which piece of the block it is, where the maxima of the block's pieces begin, and how many there are. */
  readonly own: number;
  readonly first: number;
  readonly count: number;
  /** Which long block this is, counted over all jobs. */
  readonly long: number;
};
