import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { extname, join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
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
  for (const input of staging.inputs) staged.set(input.role, await stage(staging, input));
  return staged;
}

async function stage({ store, folder, signal }: Staging, input: Input): Promise<InputFile> {
  // The user's name is for messages; on this disk a file is named by its role.
  const path = join(folder, input.role + safeExtension(input.name));
  const hash = createHash('sha256');
  const measure = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      done(null, chunk);
    },
  });
  await pipeline(await store.get(input.key), measure, createWriteStream(path, { flags: 'wx' }), { signal });
  const sha256 = hash.digest('hex');
  if (sha256 !== input.sha256) {
    throw new Error(`${input.name} has the digest ${sha256} in the artifact store; the catalogue says ${input.sha256}`);
  }
  return { path, name: input.name };
}

function refuseTooLarge({ inputs, limits }: Staging): void {
  const megabytes = Math.round(inputs.reduce((sum, input) => sum + input.bytes, 0) / 2 ** 20);
  if (megabytes <= limits.scratchMb) return;
  const { code, message, remedy } = outOfScratch(megabytes, limits);
  throw new InputError(code, message, remedy ? { remedy } : {});
}

function safeExtension(name: string): string {
  return /^\.[A-Za-z0-9]{1,16}$/.exec(extname(name))?.[0] ?? '';
}
