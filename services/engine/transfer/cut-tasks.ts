import { weightDtypes } from '../numerics/weight-scheme.ts';
import { slabBlocks, slabBytes } from './slab.ts';
import type { BlocksTask, CopyFacts, CopyTask, JobFacts, PieceTask, Task, WeightFacts } from './tasks.ts';

export type Cut = {
  readonly tasks: readonly Task[];
  /** How many pieces of long blocks there are, and how many pieces each long block has. */
  readonly maxima: number;
  readonly longBlocks: readonly number[];
};

/** About as much as a thread reads before it looks for more: far above the cost of taking a task, far below a second. */
const taskBytes = 4 << 20;

/** Cuts jobs into pieces of about the same size, in their order. */
export function cutTasks(jobs: readonly JobFacts[]): Cut {
  const tasks: Task[] = [];
  const longBlocks: number[] = [];
  let maxima = 0;
  for (const [job, { output }] of jobs.entries()) {
    if (output.kind === 'copy') for (const task of copyTasks(job, output)) tasks.push(task);
    else if (fitsSlab(output)) for (const task of blockTasks(job, output)) tasks.push(task);
    else {
      for (let block = 0; block < output.blocks; block++) {
        const place = { block, long: longBlocks.length, first: maxima };
        const pieces = longBlockTasks(job, output, place);
        tasks.push(...pieces);
        longBlocks.push(pieces.length / 2);
        maxima += pieces.length / 2;
      }
    }
  }
  return { tasks, maxima, longBlocks };
}

function fitsSlab({ dtype, length }: WeightFacts): boolean {
  return length * weightDtypes[dtype].bytes <= slabBytes;
}

/** Blocks of a weight that go through the slab at once. */
export function blocksInSlab({ dtype, length }: WeightFacts): number {
  return Math.min(slabBlocks, Math.floor(slabBytes / (length * weightDtypes[dtype].bytes)));
}

function copyTasks(job: number, { bytes, to }: CopyFacts): CopyTask[] {
  return ranges(bytes, taskBytes).map(({ start, length }) => ({
    kind: 'copy',
    job,
    start,
    to: to + start,
    bytes: length,
  }));
}

function blockTasks(job: number, weight: WeightFacts): BlocksTask[] {
  const blockBytes = weight.length * weightDtypes[weight.dtype].bytes;
  const slab = blocksInSlab(weight);
  const step = slab * Math.max(1, Math.floor(taskBytes / (slab * blockBytes)));
  return ranges(weight.blocks, step).map(({ start, length }) => ({
    kind: 'blocks',
    job,
    weight,
    first: start,
    count: length,
    bytes: length * blockBytes,
  }));
}

type Place = { readonly block: number; readonly long: number; readonly first: number };

function longBlockTasks(job: number, weight: WeightFacts, { block, long, first }: Place): PieceTask[] {
  const size = weightDtypes[weight.dtype].bytes;
  const pieces = ranges(weight.length, taskBytes / size);
  const of = (kind: 'absmax' | 'encode') =>
    pieces.map(({ start, length }, own): PieceTask => {
      const place = { block, start: block * weight.length + start, length, own, first, count: pieces.length, long };
      // Both go over the same bytes; each counts for half of the progress.
      return { kind, job, weight, ...place, bytes: (length * size) / 2 };
    });
  return [...of('absmax'), ...of('encode')];
}

function ranges(total: number, step: number): { readonly start: number; readonly length: number }[] {
  const count = Math.ceil(total / step);
  return Array.from({ length: count }, (_, i) => ({ start: i * step, length: Math.min(step, total - i * step) }));
}
