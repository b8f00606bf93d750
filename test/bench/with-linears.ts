import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Linears, writeLinears } from './checkpoint.ts';

/** Gives a checkpoint of Linears in a folder of its own, which is gone afterwards with all that was put beside it. */
export async function withLinears<T>(linears: Linears, use: (input: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'zeropoint-bench-'));
  try {
    const input = join(folder, 'in.pth');
    await writeLinears(input, linears);
    return await use(input);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
