/** A source of numbers that gives the same ones for the same seed, on every machine. */
export type Random = {
  /** A whole number from 0 to below `end`; 0 if there is none. */
  below(end: number): number;
  chance(probability: number): boolean;
  pick<T>(from: readonly T[]): T;
};

/** Mulberry32, seeded by as many whole numbers as name a case. */
export function randomOf(...seeds: readonly number[]): Random {
  let state = 0x9e3779b9;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  for (const seed of seeds) {
    state ^= Math.imul(seed | 0, 0x85ebca6b);
    next();
  }
  const below = (end: number) => Math.floor((next() / 2 ** 32) * Math.max(0, end));
  return {
    below,
    chance: (probability) => next() < probability * 2 ** 32,
    pick<T>(from: readonly T[]): T {
      if (from.length === 0) throw new Error('nothing to pick from');
      return from[below(from.length)] as T;
    },
  };
}
