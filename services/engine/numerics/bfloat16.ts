const bits32 = new Uint32Array(1);
const asFloat = new Float32Array(bits32.buffer);

/** The f32 whose upper half these sixteen bits are. */
export function bfloat16ToNumber(bits: number): number {
  bits32[0] = bits << 16;
  return asFloat[0] ?? 0;
}

/** x, an f32, rounded to the nearest bfloat16 (ties to even), as bits. Overflow becomes Infinity, NaN becomes 0x7FC0. */
export function numberToBfloat16(x: number): number {
  if (Number.isNaN(x)) return 0x7fc0;
  asFloat[0] = x;
  const bits = bits32[0] ?? 0;
  return (bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16;
}

/** x rounded to bfloat16 and widened again. */
export function roundToBfloat16(x: number): number {
  return bfloat16ToNumber(numberToBfloat16(x));
}
