/** bfloat16 -> f32, exactly: the sixteen bits are the upper half. `length` elements. */
export function widenBfloat16(input: usize, length: i32, output: usize): void {
  const end = input + (<usize>length << 1);
  for (; input + 8 <= end; input += 8, output += 16) {
    v128.store(output, i32x4.shl(v128.load16x4_u(input), 16));
  }
  for (; input < end; input += 2, output += 4) store<u32>(output, <u32>load<u16>(input) << 16);
}

/**
 * float16 -> f32, exactly, subnormals included: exponent and mantissa moved into place and multiplied by 2^112,
 * which the exponent bias 127 - 15 asks for. Infinity and NaN get the exponent 255 and keep their payload.
 */
export function widenFloat16(input: usize, length: i32, output: usize): void {
  const end = input + (<usize>length << 1);
  for (; input + 8 <= end; input += 8, output += 16) v128.store(output, widen(v128.load16x4_u(input)));
  for (; input < end; input += 2, output += 4) {
    v128.store_lane<u32>(output, widen(i32x4.splat(<i32>load<u16>(input))), 0);
  }
}

// @ts-ignore: decorator
@inline
function widen(half: v128): v128 {
  const magnitude = v128.and(half, i32x4.splat(0x7fff));
  const shifted = i32x4.shl(magnitude, 13);
  const finite = f32x4.mul(shifted, f32x4.splat(reinterpret<f32>(0x77800000)));
  const special = v128.or(shifted, i32x4.splat(0x7f800000));
  const value = v128.bitselect(special, finite, i32x4.gt_s(magnitude, i32x4.splat(0x7bff)));
  return v128.or(value, i32x4.shl(v128.and(half, i32x4.splat(0x8000)), 16));
}
