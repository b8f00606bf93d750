import { text } from 'node:stream/consumers';
import { spokenKey } from '#bus/spoken-key.ts';
import type { ArtifactStore } from '#storage/store.ts';

const largest = 64 * 2 ** 20;

/** What a worker put into the store because it is too large for a message, as JSON; null if it is not there. */
export async function readSpoken(
  store: ArtifactStore,
  prefix: string,
  { word, key }: { readonly word: 'plan' | 'result'; readonly key: string },
): Promise<string | null> {
  if (key !== spokenKey(prefix, word))
    throw new Error(`A worker names ${key}, which is not the ${word} under ${prefix}`);
  const stored = await store.stat(key);
  if (!stored) return null;
  if (stored.bytes > largest) throw new Error(`${key} has ${stored.bytes} bytes; ${largest} are the limit`);
  return text(await store.get(key));
}
