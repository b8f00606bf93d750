import { corpusOf, type Format, formats, type SeedFile } from './corpus.ts';
import { byteMutations } from './mutate/bytes.ts';
import { type Mutated, mutate } from './mutate/mutation.ts';
import { npyMutations } from './mutate/npy.ts';
import { pickleMutations } from './mutate/pickle.ts';
import { protobufMutations } from './mutate/protobuf.ts';
import { joinSafetensors, safetensorsMutations, splitSafetensors } from './mutate/safetensors.ts';
import { changeOne, zipFieldMutations, zipPartMutations } from './mutate/zip.ts';
import { splitPickles } from './pickle-tokens.ts';
import { type Random, randomOf } from './random.ts';
import { joinZip, splitZip, type ZipPart } from './split-zip.ts';

/** Which file to make; the same numbers make the same file. */
export type CaseId = { readonly seed: number; readonly index: number; readonly format: Format | null };

export type FuzzCase = {
  readonly format: Format;
  readonly bytes: Buffer;
  /** The file it was made of and what was done to it. */
  readonly made: string;
};

/** Half of all files are checkpoints: they have the most ways to go wrong. */
const turns: readonly Format[] = ['pth', 'safetensors', 'pth', 'npz', 'pth', 'onnx', 'pth', 'pth'];
const corpora = new Map<Format, readonly SeedFile[]>(formats.map((format) => [format, corpusOf(format)]));

export function formatOf({ index, format }: CaseId): Format {
  return format ?? turns[index % turns.length] ?? 'pth';
}

export function makeCase(id: CaseId): FuzzCase {
  const random = randomOf(id.seed, id.index);
  const format = formatOf(id);
  const file = random.pick(corpora.get(format) ?? []);
  const inner = random.chance(0.15) ? null : structured[format](file.bytes, random);
  const first = inner ?? mutate(file.bytes, byteMutations, random);
  // Damage on top of a change in the structure, now and then.
  const second = inner && random.chance(0.1) ? mutate(first.value, byteMutations, random) : null;
  const names = [...first.names, ...(second?.names ?? [])];
  return { format, bytes: second?.value ?? first.value, made: `${file.name}: ${names.join(', ')}` };
}

const structured: Readonly<Record<Format, (bytes: Buffer, random: Random) => Mutated<Buffer> | null>> = {
  pth: (bytes, random) => mutateZip(bytes, random, mutatePickle) ?? mutatePickle(bytes, random),
  npz: (bytes, random) => mutateZip(bytes, random, (npy, chance) => mutate(npy, npyMutations, chance)),
  safetensors(bytes, random) {
    const { value, names } = mutate(splitSafetensors(bytes), safetensorsMutations, random);
    return { value: joinSafetensors(value), names };
  },
  onnx: (bytes, random) => mutate(bytes, protobufMutations, random),
};

/** Changes the headers, the set of entries or what one of them holds. */
function mutateZip(
  bytes: Buffer,
  random: Random,
  content: (bytes: Buffer, random: Random) => Mutated<Buffer> | null,
): Mutated<Buffer> | null {
  const parts = splitZip(bytes);
  if (!parts) return null;
  const kind = random.below(10);
  if (kind < 2) return mutate(bytes, zipFieldMutations, random);
  if (kind < 4) {
    const { value, names } = mutate<readonly ZipPart[]>(parts, zipPartMutations, random);
    return { value: joinZip(value), names };
  }
  return mutateContent(parts, random, content);
}

function mutateContent(
  parts: readonly ZipPart[],
  random: Random,
  content: (bytes: Buffer, random: Random) => Mutated<Buffer> | null,
): Mutated<Buffer> {
  const names: string[] = [];
  const changed = (part: ZipPart) => {
    const { value, names: done } = content(part.content, random) ?? mutate(part.content, byteMutations, random);
    names.push(...done.map((name) => `${name} (in ${part.name})`));
    return { ...part, content: value };
  };
  const main = parts.findIndex(({ name }) => /data\.pkl$|constants\.pkl$/.test(name.toString('latin1')));
  const value =
    main >= 0 && random.chance(0.9)
      ? parts.map((part, at) => (at === main ? changed(part) : part))
      : changeOne(parts, random, changed);
  return { value: joinZip(value), names };
}

/** One of the pickles at the beginning: a record of an archive has one, a legacy stream several. */
function mutatePickle(bytes: Buffer, random: Random): Mutated<Buffer> | null {
  const { pickles, rest } = splitPickles(bytes);
  if (pickles.length === 0) return null;
  const chosen = random.below(pickles.length);
  const { value, names } = mutate(pickles[chosen] ?? [], pickleMutations, random);
  const tokens = pickles.flatMap((pickle, at) => (at === chosen ? value : pickle));
  return { value: Buffer.concat([...tokens, rest]), names };
}
