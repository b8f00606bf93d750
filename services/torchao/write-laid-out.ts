import { writePlaced } from '#engine/formats/write-placed.ts';
import { type Transfer, type Transferred, transfer } from '#engine/transfer/transfer.ts';
import type { LaidOut } from './lay-out.ts';

type Watch = Pick<Transfer, 'signal' | 'threads' | 'onProgress'>;

/** Fills a file that is laid out. Nothing is left of it if anything fails. */
export async function writeLaidOut(
  path: string,
  { placed, jobs }: Pick<LaidOut, 'placed' | 'jobs'>,
  watch: Watch,
): Promise<Transferred['reports']> {
  let reports: Transferred['reports'] = new Map();
  await writePlaced(path, placed, async () => {
    const transferred = await transfer({ path, placed, jobs, ...watch });
    reports = transferred.reports;
    return transferred.checksums;
  });
  return reports;
}
