/**
 * Weights of any dtype as four f32 lanes. T names the dtype: f32, f64, u16 for bfloat16, i16 for float16; which
 * branch is taken is settled when a kernel is compiled.
 */
// @ts-ignore: decorator
@inline
export function load4<T>(at: usize): v128 {
  if (sizeof<T>() == 4) return v128.load(at);
  if (sizeof<T>() == 8) {
    const low = f32x4.demote_f64x2_zero(v128.load(at));
    return v128.shuffle<i64>(low, f32x4.demote_f64x2_zero(v128.load(at, 16)), 0, 2);
  }
  const halves = v128.load16x4_u(at);
  return isSigned<T>() ? widenFloat16x4(halves) : i32x4.shl(halves, 16);
}

/** The same for one weight. */
// @ts-ignore: decorator
@inline
export function load1<T>(at: usize): f32 {
  if (sizeof<T>() == 4) return load<f32>(at);
  if (sizeof<T>() == 8) return <f32>load<f64>(at);
  if (isSigned<T>()) return f32x4.extract_lane(widenFloat16x4(i32x4.splat(<i32>load<u16>(at))), 0);
  return reinterpret<f32>(<u32>load<u16>(at) << 16);
}

/**
 * Four float16 in 32-bit lanes -> f32, exactly, subnormals included: exponent and mantissa moved into place and
 * multiplied by 2^112, which the exponent bias 127 - 15 asks for. Infinity and NaN get the exponent 255.
 */
// @ts-ignore: decorator
@inline
export function widenFloat16x4(half: v128): v128 {
  const magnitude = v128.and(half, i32x4.splat(0x7fff));
  const shifted = i32x4.shl(magnitude, 13);
  const finite = f32x4.mul(shifted, f32x4.splat(reinterpret<f32>(0x77800000)));
  const special = v128.or(shifted, i32x4.splat(0x7f800000));
  const value = v128.bitselect(special, finite, i32x4.gt_s(magnitude, i32x4.splat(0x7bff)));
  return v128.or(value, i32x4.shl(v128.and(half, i32x4.splat(0x8000)), 16));
}
