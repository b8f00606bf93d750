import { stat } from 'node:fs/promises';
import type { InputFiles } from '#contract/backend.ts';
import { digestFile, type FileDigest } from './digest-file.ts';
import { type Input, inputsOf } from './inputs-of.ts';

export type InputDigest = FileDigest & { readonly role: string };

/** Digests of all inputs; one that the host has computed already is taken from it. Errors: as `digestFile`. */
export async function digestInputs(files: InputFiles, signal: AbortSignal): Promise<readonly InputDigest[]> {
  return Promise.all(inputsOf(files).map((input) => digestInput(input, signal)));
}

async function digestInput({ role, file }: Input, signal: AbortSignal): Promise<InputDigest> {
  const { path, name, sha256 } = file;
  if (sha256 === undefined) return { role, ...(await digestFile(path, name, signal)) };
  const { size } = await stat(path);
  return { role, name, path, bytes: size, sha256 };
}
