import { boundaries, littleEndian, oddTexts } from '../boundaries.ts';
import type { Random } from '../random.ts';
import type { Mutation } from './mutation.ts';

/** The JSON of the header as text, and the tensors behind it. */
export type SplitSafetensors = { readonly json: string; readonly data: Buffer };

export function splitSafetensors(bytes: Buffer): SplitSafetensors {
  const end = 8 + Number(bytes.readBigUInt64LE(0));
  return { json: bytes.toString('utf8', 8, end).trimEnd(), data: bytes.subarray(end) };
}

export function joinSafetensors({ json, data }: SplitSafetensors): Buffer {
  const header = Buffer.from(json);
  return Buffer.concat([littleEndian(BigInt(header.length), 8), header, data]);
}

const dtypes = [
  'F64',
  'F32',
  'F16',
  'BF16',
  'F8_E4M3',
  'F8_E5M2',
  'I64',
  'I8',
  'U8',
  'BOOL',
  'F4',
  'F6_E2M3',
  'Q8',
  '__proto__',
];

/** A JSON number of any size, a fraction, or something that is no number. */
const number = (random: Random) =>
  random.pick([...boundaries.map(String), '1.5', '-0', '1e3', '1e400', '"4"', 'null', '[]']);

export const safetensorsMutations: readonly Mutation<SplitSafetensors>[] = [
  {
    name: 'another number in the header',
    apply: (file, random) => edit(file, random, /-?\d+/g, () => number(random)),
  },
  {
    name: 'another dtype',
    apply: (file, random) => edit(file, random, /(?<="dtype":\s*)"\w+"/g, () => JSON.stringify(random.pick(dtypes))),
  },
  {
    name: 'another shape of as many elements',
    apply: (file, random) => edit(file, random, /(?<="shape":\s*)\[[^\]]*\]/g, (old) => reshaped(old, random)),
  },
  {
    name: 'another key',
    apply: (file, random) => edit(file, random, /"[^"\\]*"(?=\s*:)/g, () => JSON.stringify(random.pick(oddTexts))),
  },
  {
    name: 'a key of another',
    apply: (file, random) =>
      edit(file, random, /"[^"\\]*"(?=\s*:)/g, () => random.pick(file.json.match(/"[^"\\]*"(?=\s*:)/g) ?? ['""'])),
  },
  {
    name: 'one more member',
    apply(file, random) {
      const member = random.pick([
        '"a":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}',
        `"a":{"dtype":"F32","shape":[${number(random)},0],"data_offsets":[0,0]}`,
        `"a":{"dtype":"I8","shape":[${file.data.length}],"data_offsets":[0,${file.data.length}]}`,
        '"__metadata__":{"format":"pt"}',
        '"__metadata__":{"a":{"b":1}}',
        '"__proto__":{"polluted":true}',
        `"deep":${'['.repeat(2_000)}${']'.repeat(2_000)}`,
        '"a":null',
      ]);
      return { ...file, json: file.json.replace('{', `{${member},`) };
    },
  },
  {
    name: 'wrong JSON',
    apply: (file, random) => edit(file, random, /[{}[\]",:]/g, () => random.pick([...'{}[]",:\\\n\0'])),
  },
  {
    name: 'another length of the data',
    apply: (file, random) => ({ ...file, data: file.data.subarray(0, random.below(file.data.length + 1)) }),
  },
  {
    name: 'more data',
    apply: (file, random) => ({ ...file, data: Buffer.concat([file.data, Buffer.alloc(1 + random.below(9))]) }),
  },
];

/** Replaces one match of the pattern. */
function edit(
  file: SplitSafetensors,
  random: Random,
  pattern: RegExp,
  change: (old: string) => string,
): SplitSafetensors {
  const matches = [...file.json.matchAll(pattern)];
  if (matches.length === 0) return file;
  const { 0: old, index } = random.pick(matches);
  return { ...file, json: file.json.slice(0, index) + change(old) + file.json.slice(index + old.length) };
}

function reshaped(shape: string, random: Random): string {
  const count = shape.match(/\d+/g)?.reduce((product, dimension) => product * Number(dimension), 1) ?? 1;
  return random.pick([
    `[${count}]`,
    `[1,${count},1]`,
    `[${count},1]`,
    `[${'1,'.repeat(70)}${count}]`,
    `[${count / 2},2]`,
  ]);
}
