const half = { bits: new Uint32Array(1) };
const asFloat = new Float32Array(half.bits.buffer);

/** The f32 that sixteen bits of IEEE binary16 mean: sign, 5 bits of exponent (bias 15), 10 of mantissa. */
export function float16ToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const mantissa = bits & 1023;
  if (exponent === 31) return mantissa ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  if (exponent === 0) return sign * mantissa * 2 ** -24;
  return sign * (1024 + mantissa) * 2 ** (exponent - 25);
}

/**
 * x, an f32, rounded to the nearest binary16 (ties to even), as bits. Subnormals from 2^-24 are kept, 65520 and
 * more becomes Infinity, NaN becomes 0x7E00.
 */
export function numberToFloat16(x: number): number {
  asFloat[0] = x;
  const bits = half.bits[0] ?? 0;
  const sign = (bits >>> 16) & 0x8000;
  if (Number.isNaN(x)) return 0x7e00;
  const magnitude = Math.abs(x);
  if (magnitude >= 65520) return sign | 0x7c00;
  // The spacing of binary16 at this magnitude; dividing by a power of two is exact.
  const exponent = Math.max(((bits >>> 23) & 255) - 127, -14);
  const units = roundUnits(magnitude / 2 ** (exponent - 10));
  // A carry out of the mantissa lands in the exponent, which is the right answer.
  return sign | (units + (exponent === -14 ? 0 : (exponent + 14) * 1024));
}

/** x rounded to binary16 and widened again. */
export function roundToFloat16(x: number): number {
  return float16ToNumber(numberToFloat16(x));
}

const largest = 65504;
const least = 2 ** -24;

/**
 * x as a weight or a scale in binary16, which must not become infinite or vanish: clamped to ±65504, and to ±2^-24
 * where it is nearer to zero and not zero. NaN stays NaN.
 */
export function intoFloat16Range(x: number): number {
  const magnitude = Math.abs(x);
  if (magnitude > largest) return Math.sign(x) * largest;
  return magnitude < least && magnitude > 0 ? Math.sign(x) * least : x;
}

function roundUnits(x: number): number {
  return x + 2 ** 52 - 2 ** 52;
}
