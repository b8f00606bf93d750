import { boundaries, littleEndian } from '../boundaries.ts';
import type { Random } from '../random.ts';
import type { Mutation } from './mutation.ts';

/** A .npy of format 1.0 as its header's text and the elements. */
type Npy = { readonly text: string; readonly data: Buffer };

const types = [
  '<f4',
  '>f4',
  '<f8',
  '<f2',
  '<i8',
  '|i1',
  '|b1',
  '<c8',
  '<c16',
  '|O',
  '|V9',
  '<U9',
  '=f4',
  'f4',
  '<f16',
  '<M8[ns]',
  '__proto__',
];

/** Changes of a .npy that leave it one. */
export const npyMutations: readonly Mutation<Buffer>[] = [
  changed('another number in the shape', (npy, random) =>
    edit(npy, random, /\d+(?=[,)])/g, () => String(random.pick(boundaries))),
  ),
  changed('another type', (npy, random) => edit(npy, random, /'[<>|=]\w+'/g, () => `'${random.pick(types)}'`)),
  changed('the other order', (npy, random) =>
    edit(npy, random, /False/g, () => random.pick(['True', 'None', '0', '1 == 1'])),
  ),
  changed('another shape', (npy, random) =>
    edit(npy, random, /\([^)]*\)/g, () =>
      random.pick(['()', '(0,)', '(1)', '[1]', '((1,),)', `(${'1,'.repeat(40)})`, '(-1,)', '(True,)']),
    ),
  ),
  changed('another literal', (npy, random) =>
    edit(npy, random, /'\w+'|,|:|\{|\}/g, () =>
      random.pick(["'descr'", ',', '', '{', '}', "'a'", `${'('.repeat(900)}`, "__import__('os')", '9**9**9']),
    ),
  ),
  changed('more or less data', ({ text, data }, random) => ({
    text,
    data: random.chance(0.5)
      ? data.subarray(random.below(9))
      : Buffer.concat([data, Buffer.alloc(1 + random.below(9))]),
  })),
  changed('values that are none', ({ text, data }, random) => {
    const written = Buffer.from(data);
    random
      .pick([Buffer.from('0000c07f', 'hex'), Buffer.from('0000807f', 'hex')])
      .copy(written, 4 * random.below(data.length / 4));
    return { text, data: written };
  }),
  {
    name: 'another header length',
    apply: (bytes, random) => patched(bytes, 8, littleEndian(random.pick(boundaries), 2)),
  },
  {
    name: 'another version',
    apply: (bytes, random) => patched(bytes, 6, Buffer.from([random.pick([0, 2, 3, 9]), random.pick([0, 0, 1])])),
  },
];

function changed(name: string, change: (npy: Npy, random: Random) => Npy): Mutation<Buffer> {
  return {
    name,
    apply(bytes, random) {
      if (bytes.length < 10 || bytes[6] !== 1) return bytes;
      const end = 10 + bytes.readUInt16LE(8);
      const { text, data } = change({ text: bytes.toString('latin1', 10, end), data: bytes.subarray(end) }, random);
      const header = Buffer.from(text, 'latin1');
      return Buffer.concat([bytes.subarray(0, 8), littleEndian(BigInt(header.length), 2), header, data]);
    },
  };
}

function edit(npy: Npy, random: Random, pattern: RegExp, change: () => string): Npy {
  const matches = [...npy.text.matchAll(pattern)];
  if (matches.length === 0) return npy;
  const { 0: old, index } = random.pick(matches);
  return { ...npy, text: npy.text.slice(0, index) + change() + npy.text.slice(index + old.length) };
}

function patched(bytes: Buffer, at: number, value: Buffer): Buffer {
  const written = Buffer.from(bytes);
  value.copy(written, at);
  return written;
}
