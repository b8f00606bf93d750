import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Checkpoint } from './checkpoint.ts';
import { openCheckpoint } from './open.ts';

type Part = {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly sha256: string;
};
type Dense = Part & { readonly stride: readonly number[]; readonly offset: number; readonly storage: number };
type Expected = {
  readonly file: string;
  readonly what: string;
  readonly reads: boolean;
  readonly marks: readonly string[];
  readonly wrapper: readonly string[];
  readonly prefix?: string;
  readonly classes?: Readonly<Record<string, string>>;
  readonly composed?: object;
  readonly quantized?: object;
  readonly tensors: readonly Dense[];
  readonly parts?: readonly Part[];
};

const zoo = fileURLToPath(new URL('../../../../test/fixtures/pth-zoo/', import.meta.url));
const files: readonly Expected[] = JSON.parse(await readFile(`${zoo}expected.json`, 'utf8')).filter(
  ({ file }: Expected) => !file.endsWith('.safetensors'),
);

async function contentsOf(file: string) {
  const checkpoint = await openCheckpoint(zoo + file, file);
  try {
    return { checkpoint, hashes: await hashAll(checkpoint), located: await locateAll(checkpoint) };
  } finally {
    await checkpoint.close();
  }
}

async function hashAll(checkpoint: Checkpoint): Promise<ReadonlyMap<string, string>> {
  const hashes = new Map<string, string>();
  for (const tensor of checkpoint.tensors) hashes.set(tensor.name, hash(await checkpoint.read(tensor)));
  return hashes;
}

/** What lies in the file where `locate` says. */
async function locateAll(checkpoint: Checkpoint): Promise<ReadonlyMap<string, string>> {
  const hashes = new Map<string, string>();
  for (const tensor of checkpoint.tensors) {
    const extent = checkpoint.locate(tensor);
    if (!extent) continue;
    const bytes = await readFile(extent.path);
    hashes.set(tensor.name, hash(bytes.subarray(extent.offset, extent.offset + extent.bytes)));
  }
  return hashes;
}

function hash(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex').slice(0, 16);
}

/** Groups of names that share a storage, however the storages are called. */
function sharing(tensors: readonly { readonly name: string; readonly storage: string | number }[]): string[] {
  const groups = new Map<string | number, string[]>();
  for (const { name, storage } of tensors) groups.set(storage, [...(groups.get(storage) ?? []), name]);
  return [...groups.values()].map((names) => names.sort().join(' ')).sort();
}

const byName = (a: { readonly name: string }, b: { readonly name: string }) => (a.name < b.name ? -1 : 1);

describe('a checkpoint of the zoo', () => {
  it.each(files.filter(({ reads }) => reads))('$file reads bit for bit ($what)', async (expected) => {
    const { checkpoint, hashes, located } = await contentsOf(expected.file);
    const isPart = (name: string) =>
      [...checkpoint.composed.keys(), ...checkpoint.quantized.keys()].some((whole) => name.startsWith(`${whole}.`));
    const dense = checkpoint.tensors.filter(({ name }) => !isPart(name));
    expect(
      dense
        .map(({ name, dtype, shape, strides, storageOffset }) => {
          return { name, dtype, shape, stride: strides, offset: storageOffset, sha256: hashes.get(name) };
        })
        .sort(byName),
    ).toMatchObject(expected.tensors.map(({ storage, ...tensor }) => tensor).sort(byName));
    expect(sharing(dense.map(({ name, storageKey }) => ({ name, storage: storageKey })))).toEqual(
      sharing(expected.tensors),
    );
    const parts = new Map(checkpoint.tensors.map((tensor) => [tensor.name, tensor]));
    for (const part of expected.parts ?? []) {
      const { dtype, shape } = parts.get(part.name) ?? {};
      expect({ name: part.name, dtype, shape, sha256: hashes.get(part.name) }).toMatchObject(part);
    }
    for (const [name, sha256] of located) expect([name, sha256]).toEqual([name, hashes.get(name)]);
  });

  it.each(files.filter(({ reads }) => reads))('$file says what surrounds its weights', async (expected) => {
    const { checkpoint } = await contentsOf(expected.file);
    expect(checkpoint.wrapper).toEqual(expected.wrapper);
    if (expected.prefix) expect(checkpoint.prefix).toBe(expected.prefix);
    expect(Object.fromEntries(checkpoint.composed)).toEqual(expected.composed ?? {});
    expect(Object.fromEntries(checkpoint.quantized)).toEqual(expected.quantized ?? {});
    if (expected.classes) expect(Object.fromEntries(checkpoint.classes)).toMatchObject(expected.classes);
    if (expected.marks.includes('unknown_globals')) expect(checkpoint.unknownGlobals).not.toEqual([]);
    expect(checkpoint.notes.some((note) => note.includes('there are also tensors'))).toBe(
      expected.marks.includes('ambiguous'),
    );
  });

  it.each(files.filter(({ reads }) => !reads))('$file is refused with a sentence ($what)', async ({ file }) => {
    await expect(openCheckpoint(zoo + file, file)).rejects.toMatchObject({
      name: 'InputError',
      message: expect.stringMatching(/\.$/),
    });
  });
});
