import type { Float8Format } from './weight-scheme.ts';

/** Bits of the mantissa, the exponent of the least normal number, and the largest finite value. */
const formats = {
  fp8_e4m3fn: { mantissa: 3, least: -6, max: 448 },
  fp8_e5m2: { mantissa: 2, least: -14, max: 57344 },
} as const satisfies Record<Float8Format, { mantissa: number; least: number; max: number }>;

/** What 0/0 becomes on x86. */
const nan = 0xff;

/**
 * x, an f32, clamped to the largest finite value and rounded to the nearest (ties to even), as eight bits.
 * Subnormals and the sign of zero are kept. Source: torch/headeronly/util/Float8_e4m3fn.h, Float8_e5m2.h.
 */
export function numberToFloat8(x: number, format: Float8Format): number {
  if (Number.isNaN(x)) return nan;
  const { mantissa, least, max } = formats[format];
  const sign = x < 0 || Object.is(x, -0) ? 0x80 : 0;
  const magnitude = Math.min(Math.abs(x), max);
  const exponent = Math.max(exponentOf(magnitude), least);
  // Multiplying by a power of two is exact; a carry out of the mantissa lands in the exponent, which is right.
  const units = magnitude * powerOfTwo(mantissa - exponent) + 2 ** 52 - 2 ** 52;
  return sign | (units + (exponent - least) * 2 ** mantissa);
}

/** The number that eight bits mean. */
export function float8ToNumber(bits: number, format: Float8Format): number {
  const { mantissa, least, max } = formats[format];
  const sign = bits & 0x80 ? -1 : 1;
  const field = (bits & 0x7f) >> mantissa;
  const fraction = bits & (2 ** mantissa - 1);
  const magnitude =
    field === 0 ? fraction * 2 ** (least - mantissa) : (2 ** mantissa + fraction) * 2 ** (field - 1 + least - mantissa);
  if (magnitude <= max) return sign * magnitude;
  return format === 'fp8_e5m2' && fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
}

const float = new Float32Array(1);
const bits = new Uint32Array(float.buffer);

function exponentOf(x: number): number {
  float[0] = x;
  return ((bits[0] ?? 0) >>> 23) - 127;
}

/** 2^exponent for a normal f32; `**` is many times slower. */
function powerOfTwo(exponent: number): number {
  bits[0] = (exponent + 127) << 23;
  return float[0] ?? 0;
}
