/** Seeded values that find mistakes in rounding, clamping, tails and signs: pattern name -> (length, seed) -> f32. */
export const patterns = {
  uniform: (length, seed) => fill(length, seed, (next) => next() * 2 - 1),
  ties: (length, seed) => fill(length, seed, (next) => Math.floor(next() * 600 - 300) / 2),
  subnormal: (length, seed) => fill(length, seed, (next) => (next() * 2 - 1) * 2 ** -127),
  tiny: (length, seed) => fill(length, seed, (next) => (next() * 2 - 1) * 2 ** -23),
  huge: (length, seed) => fill(length, seed, (next) => (next() * 2 - 1) * 3.4e38),
  'signed zero': (length, seed) => fill(length, seed, (next) => (next() < 0.5 ? 0 : -0)),
  sparse: (length, seed) => fill(length, seed, (next) => (next() < 0.9 ? 0 : next() * 20 - 10)),
  'random bit': (length, seed) => randomBits(length, seed),
} as const satisfies Record<string, (length: number, seed: number) => Float32Array>;

/** Any bit pattern but that every NaN is the canonical one: infinities, subnormals and extremes included. */
export function randomBits(length: number, seed: number): Float32Array {
  const next = generator(seed);
  const bits = Uint32Array.from({ length }, () => Math.floor(next() * 2 ** 32));
  const values = new Float32Array(bits.buffer);
  for (let i = 0; i < length; i++) if (Number.isNaN(values[i])) bits[i] = 0x7fc00000;
  return values;
}

function fill(length: number, seed: number, draw: (next: () => number) => number): Float32Array {
  const next = generator(seed);
  return Float32Array.from({ length }, () => draw(next));
}

/** mulberry32: 32 bits of state, uniform in [0, 1). */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let x = Math.imul(state ^ (state >>> 15), 1 | state);
    x = (x + Math.imul(x ^ (x >>> 7), 61 | x)) ^ x;
    return ((x ^ (x >>> 14)) >>> 0) / 2 ** 32;
  };
}
