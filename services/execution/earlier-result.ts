import { lstat, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { InputFiles } from '#contract/backend.ts';
import { InputError } from '#contract/failure.ts';
import { digestFile } from './digest/digest-file.ts';
import { inputAt } from './input-at.ts';

/** Of a manifest, what tells which files are ours. A name with a slash is no file of a result. */
const manifest = z.object({
  format: z.literal('zeropoint-manifest/1'),
  artifacts: z.array(
    z.object({ name: z.string().regex(/^[^/\\]+$/), bytes: z.number(), sha256: z.string() }).readonly(),
  ),
});

type Artifact = z.infer<typeof manifest>['artifacts'][number];

const mostManifestBytes = 1 << 28;

export type Destination = {
  readonly folder: string;
  readonly manifestName: string;
  readonly files: InputFiles;
};

/**
 * Files in the folder of an earlier result that a result of the files `names` replaces only in part, as the data file
 * of a model that needs none now. A file that has been changed since is somebody else's.
 */
export async function leftovers(destination: Destination, names: readonly string[]): Promise<readonly string[]> {
  const found = await keptOf(destination, names);
  await refuseInputs(destination, found);
  const same = await Promise.all(found.map((artifact) => isUnchanged(destination.folder, artifact)));
  return found.filter((_, index) => same[index]).map(({ name }) => name);
}

/** Refuses an input that belongs to the earlier result in the place of `names`. Errors: UNSUPPORTED. */
export async function refuseEarlierParts(destination: Destination, names: readonly string[]): Promise<void> {
  await refuseInputs(destination, await keptOf(destination, names));
}

async function refuseInputs({ files, folder }: Destination, artifacts: readonly Artifact[]): Promise<void> {
  for (const { name } of artifacts) {
    const input = await inputAt(files, join(folder, name));
    if (!input) continue;
    throw new InputError(
      'UNSUPPORTED',
      `The input ${input.name} is a file of the earlier result that the result would replace`,
      { remedy: 'Choose another folder for the result.' },
    );
  }
}

/** What an earlier result has beside the files that the two have in common; none if they have no file in common. */
async function keptOf({ folder, manifestName }: Destination, names: readonly string[]): Promise<readonly Artifact[]> {
  const artifacts = (await artifactsIn(join(folder, manifestName))).filter(({ name }) => name !== manifestName);
  const others = artifacts.filter(({ name }) => !names.includes(name));
  return others.length < artifacts.length ? others : [];
}

/** None if there is no manifest of ours. */
async function artifactsIn(path: string): Promise<readonly Artifact[]> {
  const found = await lstat(path).catch(() => null);
  if (!found?.isFile() || found.size > mostManifestBytes) return [];
  try {
    return manifest.parse(JSON.parse(await readFile(path, 'utf8'))).artifacts;
  } catch {
    return [];
  }
}

async function isUnchanged(folder: string, { name, bytes, sha256 }: Artifact): Promise<boolean> {
  const path = join(folder, name);
  const found = await lstat(path).catch(() => null);
  return found?.isFile() === true && found.size === bytes && (await digestFile(path, name)).sha256 === sha256;
}
