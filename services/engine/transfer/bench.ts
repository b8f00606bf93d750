import { crc32 } from 'node:zlib';
import type { Bench } from './perform-task.ts';
import { createSlab } from './slab.ts';

/** A bench as it goes to a thread, which makes its own slab. */
export type BenchFacts = Pick<Bench, 'fd' | 'jobs' | 'tasks' | 'board'> & {
  readonly module: WebAssembly.Module;
  /** Whether the output's format has checksums. */
  readonly checksums: boolean;
};

export function benchOf({ module, checksums, ...facts }: BenchFacts): Bench {
  return { ...facts, slab: createSlab(module), crc32: checksums ? crc32 : () => 0 };
}
