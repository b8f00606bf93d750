import { boundaries, littleEndian } from '../boundaries.ts';
import type { Mutation } from './mutation.ts';

/** What befalls a file of any kind: transfer errors, and numbers of any width anywhere. */
export const byteMutations: readonly Mutation<Buffer>[] = [
  {
    name: 'flip bits',
    apply(bytes, random) {
      const flipped = Buffer.from(bytes);
      for (let left = 1 + random.below(random.pick([1, 4, 32])); left > 0; left--) {
        const at = random.below(bytes.length);
        flipped[at] = (flipped[at] ?? 0) ^ (1 << random.below(8));
      }
      return flipped;
    },
  },
  { name: 'cut the end off', apply: (bytes, random) => bytes.subarray(0, random.below(bytes.length)) },
  {
    name: 'cut the beginning off',
    apply: (bytes, random) => bytes.subarray(random.below(Math.min(bytes.length, 4096))),
  },
  {
    name: 'take a piece out',
    apply(bytes, random) {
      const at = random.below(bytes.length);
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + random.below(64))]);
    },
  },
  {
    name: 'repeat a piece elsewhere',
    apply(bytes, random) {
      const from = random.below(bytes.length);
      const piece = bytes.subarray(from, from + 1 + random.below(512));
      const at = random.below(bytes.length);
      const over = random.chance(0.5) ? piece.length : 0;
      return Buffer.concat([bytes.subarray(0, at), piece, bytes.subarray(at + over)]);
    },
  },
  {
    name: 'write a boundary value',
    apply(bytes, random) {
      const written = Buffer.from(bytes);
      const value = littleEndian(random.pick(boundaries), random.pick([1, 2, 4, 8]));
      value.copy(written, random.below(bytes.length - value.length));
      return written;
    },
  },
  {
    name: 'zero a range',
    apply(bytes, random) {
      const at = random.below(bytes.length);
      return Buffer.from(bytes).fill(random.pick([0, 0xff]), at, Math.min(bytes.length, at + 1 + random.below(256)));
    },
  },
  {
    name: 'put something before or behind',
    apply(bytes, random) {
      const more = Buffer.alloc(1 + random.below(600), random.below(256));
      return Buffer.concat(random.chance(0.5) ? [bytes, more] : [more, bytes]);
    },
  },
];
