import { mkdir } from 'node:fs/promises';
import { extname, join } from 'node:path';
import type { Input } from '#bus/messages.ts';
import type { InputFile } from '#contract/backend.ts';
import { InputError } from '#contract/failure.ts';
import type { ArtifactStore } from '#storage/store.ts';
import { outOfScratch } from './child/watch-limits.ts';
import type { AttemptLimits } from './env.ts';

export type Staging = {
  readonly store: ArtifactStore;
  readonly inputs: readonly Input[];
  /** The folder the copies go to. */
  readonly folder: string;
  readonly limits: AttemptLimits;
  readonly signal: AbortSignal;
};

/** Copies the inputs of an attempt from the store, checked against the digests of the catalogue; by role. */
export async function stageInputs(staging: Staging): Promise<ReadonlyMap<string, InputFile>> {
  refuseTooLarge(staging);
  const staged = new Map<string, InputFile>();
  for (const input of staging.inputs) staged.set(input.role, await stageInput(staging, input));
  return staged;
}

/**
 * A file alone is named by its role, and is told that nothing belongs to it: what lies beside it is another's. One with
 * parts lies beside them under its name, as they find each other by names.
 */
async function stageInput(staging: Staging, input: Input): Promise<InputFile> {
  const { folder } = staging;
  if (input.parts.length === 0) {
    const alone = await stage(staging, input, join(folder, input.role + safeExtension(input.name)));
    return { ...alone, parts: [] };
  }
  const own = join(folder, input.role);
  await mkdir(own);
  const files = [input, ...input.parts];
  refuseNames(files);
  const [file, ...parts] = await eachInTurn(files, (one) => stage(staging, one, join(own, one.name)));
  if (!file) throw new Error(`${input.name} was not staged`);
  return { ...file, parts };
}

async function stage({ store, signal }: Staging, input: Input, path: string): Promise<InputFile> {
  const { bytes, sha256 } = await store.copyTo(input.key, path, signal);
  if (sha256 !== input.sha256 || bytes !== input.bytes) {
    throw new Error(
      `${input.name} has ${bytes} bytes and the digest ${sha256} in the artifact store; the catalogue says ${input.bytes} and ${input.sha256}`,
    );
  }
  return { path, name: input.name, sha256 };
}

/** The gateway checked them when they were written down; a path is made of them only here. */
function refuseNames(files: readonly Input[]): void {
  const seen = new Set<string>();
  for (const { name } of files) {
    const unsafe =
      name === '' || name === '.' || name === '..' || /[/\\\p{C}]/u.test(name) || Buffer.byteLength(name) > 255;
    if (unsafe || seen.has(name)) throw new Error(`${JSON.stringify(name)} is no name for a file, or is there twice`);
    seen.add(name);
  }
}

async function eachInTurn<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  for (const item of items) results.push(await work(item));
  return results;
}

function refuseTooLarge({ inputs, limits }: Staging): void {
  const bytes = inputs.flatMap((input) => [input, ...input.parts]).reduce((sum, input) => sum + input.bytes, 0);
  const megabytes = Math.round(bytes / 2 ** 20);
  if (megabytes <= limits.scratchMb) return;
  const { code, message, remedy } = outOfScratch(megabytes, limits);
  throw new InputError(code, message, remedy ? { remedy } : {});
}

function safeExtension(name: string): string {
  return /^\.[A-Za-z0-9]{1,16}$/.exec(extname(name))?.[0] ?? '';
}
