import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Format } from './corpus.ts';
import type { Report } from './outcome.ts';
import { createReaderProcess } from './reader-process.ts';

export type FuzzRun = {
  readonly seed: number;
  readonly first: number;
  readonly count: number;
  /** null: all of them in turn. */
  readonly format: Format | null;
  readonly processes: number;
  onReport(report: Report): void;
};

/** Makes and reads `count` files. The same seed makes the same files, however many processes share the work. */
export async function runFuzz({ seed, first, count, format, processes, onReport }: FuzzRun): Promise<void> {
  const scratch = await mkdtemp(join(tmpdir(), 'zeropoint-fuzz-'));
  let next = first;
  try {
    await Promise.all(
      Array.from({ length: processes }, async (_, number) => {
        const reader = createReaderProcess(join(scratch, String(number)));
        try {
          while (next < first + count) onReport(await reader.read({ seed, index: next++, format }));
        } finally {
          reader.end();
        }
      }),
    );
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}
