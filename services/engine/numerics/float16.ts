const bits32 = new Uint32Array(1);
const asFloat = new Float32Array(bits32.buffer);

/** The f32 that sixteen bits of IEEE binary16 mean: sign, 5 bits of exponent (bias 15), 10 of mantissa. */
export function float16ToNumber(bits: number): number {
  const exponent = (bits >> 10) & 31;
  const mantissa = bits & 1023;
  if (exponent === 31)
    return mantissa ? Number.NaN : bits & 0x8000 ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  if (exponent === 0) return (bits & 0x8000 ? -mantissa : mantissa) * 2 ** -24;
  bits32[0] = ((bits & 0x8000) << 16) | ((exponent + 112) << 23) | (mantissa << 13);
  return asFloat[0] ?? 0;
}

/**
 * x, an f32, rounded to the nearest binary16 (ties to even), as bits. Subnormals from 2^-24 are kept, 65520 and
 * more becomes Infinity, NaN becomes 0x7E00.
 */
export function numberToFloat16(x: number): number {
  if (Number.isNaN(x)) return 0x7e00;
  asFloat[0] = x;
  const bits = bits32[0] ?? 0;
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fffffff;
  if (magnitude >= overflow) return sign | 0x7c00;
  if (magnitude >= leastNormal) return sign | ((roundMantissa(magnitude) - biasChange) >>> 13);
  // From 0.5 on an f32 counts in units of 2^-24, as subnormals do: the addition rounds.
  asFloat[0] = Math.abs(x) + 0.5;
  return sign | ((bits32[0] ?? 0) - half);
}

/** x, an f32, rounded to binary16 and widened again. */
export function roundToFloat16(x: number): number {
  return float16ToNumber(numberToFloat16(x));
}

/** Bits of 65520, 2^-14 and 0.5 as f32, and what the exponent's bias differs by. */
const overflow = 0x477ff000;
const leastNormal = 0x38800000;
const half = 0x3f000000;
const biasChange = 112 << 23;

/** Ties to even; a carry out of the mantissa lands in the exponent, which is right. The 13 bits below are left over. */
function roundMantissa(bits: number): number {
  return bits + 0xfff + ((bits >>> 13) & 1);
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
