import { Readable } from 'node:stream';
import { spokenKey } from '#bus/spoken-key.ts';
import { InputError } from '#contract/failure.ts';
import type { ArtifactStore } from '#storage/store.ts';

/** Bytes. A broker takes 1 MiB by default, and names in a file may be such that nothing packs them. */
const largestInMessage = 512 * 1024;
/** Bytes. What a gateway keeps in a row and a browser shows; 200,000 tensors with their names take a third of it. */
const largestSpoken = 64 * 2 ** 20;

export type Spoken = { readonly json: string } | { readonly key: string };

/**
 * A value as JSON where that fits into a message, else under the prefix in the artifact store, where the gateway reads
 * it. A plan or an inspection without end is an InputError: its file has the names and numbers in it.
 */
export async function handOver(
  store: ArtifactStore,
  prefix: string,
  { word, value }: { readonly word: 'plan' | 'result'; readonly value: unknown },
): Promise<Spoken> {
  const json = JSON.stringify(value);
  const bytes = Buffer.byteLength(json);
  if (bytes <= largestInMessage) return { json };
  if (bytes > largestSpoken) {
    throw new InputError(
      'LIMIT_EXCEEDED',
      `What is to be said of the file takes ${bytes} bytes; ${largestSpoken} are the limit`,
    );
  }
  return { key: (await store.put(spokenKey(prefix, word), Readable.from([Buffer.from(json)]))).key };
}
