/** bfloat16 bits -> f32: the sixteen bits are the upper half. */
export function widenBfloat16(bits: Uint16Array): Float32Array {
  return widen(bits, (half) => half << 16);
}

/** float16 bits -> f32 in integers: exponent and mantissa moved and re-biased, subnormals normalized, NaN payloads kept. */
export function widenFloat16(bits: Uint16Array): Float32Array {
  return widen(bits, widenBits);
}

function widen(halves: Uint16Array, bitsOf: (half: number) => number): Float32Array {
  const bits = new Uint32Array(halves.length);
  for (let i = 0; i < halves.length; i++) bits[i] = bitsOf(halves[i] ?? 0);
  return new Float32Array(bits.buffer);
}

function widenBits(half: number): number {
  const sign = (half & 0x8000) << 16;
  const exponent = (half >> 10) & 31;
  const mantissa = half & 1023;
  if (exponent === 31) return sign | 0x7f800000 | (mantissa << 13);
  if (exponent > 0) return sign | ((exponent + 112) << 23) | (mantissa << 13);
  if (mantissa === 0) return sign;
  const shift = Math.clz32(mantissa) - 21;
  return sign | ((113 - shift) << 23) | (((mantissa << shift) & 1023) << 13);
}
