import { fileURLToPath } from 'node:url';
import { createLocalStore } from './local-store.ts';
import type { ArtifactStore } from './store.ts';

/** One row a driver, by the scheme of `ZEROPOINT_STORE`. */
const drivers: Record<string, (url: URL) => ArtifactStore> = {
  'file:': (url) => createLocalStore(fileURLToPath(url)),
};

/** Opens the store that a URL names: `file:///absolute/folder`. */
export function openStore(url: string): ArtifactStore {
  if (!URL.canParse(url)) throw new Error(`${url} is not a URL of an artifact store; give file:///absolute/folder`);
  const parsed = new URL(url);
  const open = drivers[parsed.protocol];
  if (!open) {
    throw new Error(`No artifact store for ${parsed.protocol} URLs; known are ${Object.keys(drivers).join(', ')}`);
  }
  return open(parsed);
}
