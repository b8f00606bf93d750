import { homedir } from 'node:os';
import { join } from 'node:path';

/** What was fetched once and may be fetched again lies here, for all checkouts of this user. */
export function cacheFolder(name: string): string {
  return join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'zeropoint', name);
}
