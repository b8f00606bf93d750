import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { hasEnded } from './process-mark.ts';
import { ownerOfStage } from './stage-name.ts';

/**
 * Removes hidden folders in `folder` of runs that were killed before they could. One whose process may live stays,
 * and so does one that cannot be removed.
 */
export async function removeAbandoned(folder: string): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true });
  for (const entry of entries) {
    const owner = entry.isDirectory() ? ownerOfStage(entry.name) : null;
    if (!owner || !hasEnded(owner)) continue;
    await rm(join(folder, entry.name), { recursive: true, force: true }).catch(() => undefined);
  }
}
