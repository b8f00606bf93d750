import { stat } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import type { InputFiles } from '#contract/backend.ts';
import { type Input, inputsOf } from '../inputs-of.ts';
import { bytesForThread, digestFile, type FileDigest } from './digest-file.ts';

export type InputDigest = FileDigest & { readonly role: string };

/** Shards are digested side by side; the other half of the processors quantizes meanwhile. */
const mostThreads = Math.max(1, Math.floor(availableParallelism() / 2));

/** Digests of all inputs; one that the host has computed already is taken from it. Errors: as `digestFile`. */
export async function digestInputs(files: InputFiles, signal: AbortSignal): Promise<readonly InputDigest[]> {
  const inputs = inputsOf(files);
  const digests: InputDigest[] = [];
  const queue = inputs.entries();
  const work = async () => {
    for (const [index, input] of queue) digests[index] = await digestInput(input, signal);
  };
  await Promise.all(Array.from({ length: mostThreads }, work));
  return digests;
}

/** How many processors `digestInputs` keeps busy for longer than a moment. */
export async function digestingThreads(files: InputFiles): Promise<number> {
  const unknown = inputsOf(files).filter(({ file }) => file.sha256 === undefined);
  const sizes = await Promise.all(unknown.map(async ({ file }) => (await stat(file.path)).size));
  return Math.min(sizes.filter((size) => size >= bytesForThread).length, mostThreads);
}

async function digestInput({ role, file }: Input, signal: AbortSignal): Promise<InputDigest> {
  const { path, name, sha256 } = file;
  if (sha256 === undefined) return { role, ...(await digestFile(path, name, signal)) };
  const { size } = await stat(path);
  return { role, name, path, bytes: size, sha256 };
}
