import { boundaries, littleEndian, oddTexts } from '../boundaries.ts';
import type { Random } from '../random.ts';
import type { ZipPart } from '../split-zip.ts';
import type { Mutation } from './mutation.ts';

/** Offset and width of the fields of each header, by its signature (APPNOTE.TXT 4.3). */
const fields: Readonly<Record<string, readonly (readonly [number, number])[]>> = {
  'PK\x03\x04': [
    [6, 2],
    [8, 2],
    [14, 4],
    [18, 4],
    [22, 4],
    [26, 2],
    [28, 2],
  ],
  'PK\x01\x02': [
    [8, 2],
    [10, 2],
    [16, 4],
    [20, 4],
    [24, 4],
    [28, 2],
    [30, 2],
    [32, 2],
    [34, 2],
    [42, 4],
  ],
  'PK\x05\x06': [
    [4, 2],
    [6, 2],
    [8, 2],
    [10, 2],
    [12, 4],
    [16, 4],
    [20, 2],
  ],
  'PK\x06\x06': [
    [4, 8],
    [16, 4],
    [24, 8],
    [32, 8],
    [40, 8],
    [48, 8],
  ],
  'PK\x06\x07': [
    [4, 4],
    [8, 8],
    [16, 4],
  ],
};

/** Changes of the headers of a finished zip. */
export const zipFieldMutations: readonly Mutation<Buffer>[] = [
  {
    name: 'edit a zip field',
    apply(bytes, random) {
      const signature = random.pick(Object.keys(fields).filter((key) => bytes.includes(key, 0, 'latin1')));
      const header = random.pick(places(bytes, signature));
      const [at, width] = random.pick(fields[signature] ?? []);
      return write(bytes, header + at, fieldValue(bytes, random, width));
    },
  },
  {
    name: 'edit a zip field in both headers',
    apply(bytes, random) {
      const [locals, centrals] = [places(bytes, 'PK\x03\x04'), places(bytes, 'PK\x01\x02')];
      const [inLocal, inCentral, width] = random.pick([
        [8, 10, 2],
        [14, 16, 4],
        [18, 20, 4],
        [22, 24, 4],
      ] as const);
      const index = random.below(Math.min(locals.length, centrals.length));
      const value = fieldValue(bytes, random, width);
      const first = write(bytes, (locals[index] ?? 0) + inLocal, value);
      return write(first, (centrals[index] ?? 0) + inCentral, value);
    },
  },
  {
    name: 'point an entry at another',
    apply(bytes, random) {
      const centrals = places(bytes, 'PK\x01\x02');
      const [from, to] = [random.pick(centrals), random.pick(centrals)];
      return write(bytes, to + 42, bytes.subarray(from + 42, from + 46));
    },
  },
];

function places(bytes: Buffer, signature: string): readonly number[] {
  const found: number[] = [];
  for (let at = bytes.indexOf(signature, 0, 'latin1'); at >= 0; at = bytes.indexOf(signature, at + 1, 'latin1'))
    found.push(at);
  return found;
}

function fieldValue(bytes: Buffer, random: Random, width: number): Buffer {
  const near = [BigInt(bytes.length), BigInt(random.below(bytes.length)), 99n, 8n, 9n];
  return littleEndian(random.chance(0.6) ? random.pick(boundaries) : random.pick(near), width);
}

function write(bytes: Buffer, at: number, value: Buffer): Buffer {
  const written = Buffer.from(bytes);
  value.copy(written, Math.min(at, Math.max(0, bytes.length - value.length)));
  return written;
}

type Parts = readonly ZipPart[];

/** Changes of what a zip holds; its headers stay true. */
export const zipPartMutations: readonly Mutation<Parts>[] = [
  {
    name: 'drop an entry',
    apply(parts, random) {
      const dropped = random.below(parts.length);
      return parts.length === 1 ? parts : parts.filter((_, at) => at !== dropped);
    },
  },
  { name: 'an entry twice', apply: (parts, random) => [...parts, random.pick(parts)] },
  {
    name: 'rename an entry',
    apply(parts, random) {
      const odd = Buffer.from(random.pick(oddTexts));
      const name = random.chance(0.5) ? odd : random.pick(parts).name;
      return changeOne(parts, random, (part) => ({ ...part, name }));
    },
  },
  {
    name: 'exchange two contents',
    apply(parts, random) {
      const { content } = random.pick(parts);
      return changeOne(parts, random, (part) => ({ ...part, content }));
    },
  },
  {
    name: 'pack an entry',
    apply: (parts, random) => changeOne(parts, random, (part) => ({ ...part, deflated: true })),
  },
  { name: 'pack all entries', apply: (parts) => parts.map((part) => ({ ...part, deflated: true })) },
  {
    name: 'another length of an entry',
    apply: (parts, random) => changeOne(parts, random, (part) => ({ ...part, content: resized(part.content, random) })),
  },
  {
    name: 'a bomb of zeros',
    apply: (parts, random) =>
      changeOne(parts, random, (part) => ({
        ...part,
        deflated: true,
        content: Buffer.alloc(random.pick([3e5, 3e5, 3e5, 2e7])),
      })),
  },
  { name: 'another order', apply: (parts) => [...parts].reverse() },
];

export function changeOne(parts: Parts, random: Random, change: (part: ZipPart) => ZipPart): Parts {
  const chosen = random.below(parts.length);
  return parts.map((part, at) => (at === chosen ? change(part) : part));
}

function resized(content: Buffer, random: Random): Buffer {
  const length = random.pick([
    0,
    1,
    content.length - 1,
    content.length + 1,
    content.length * 2,
    random.below(content.length),
  ]);
  return Buffer.concat([content, Buffer.alloc(content.length + 1)]).subarray(0, Math.max(0, length));
}
