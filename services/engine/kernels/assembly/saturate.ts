/**
 * Four vectors of f32 that hold integers -> sixteen int8, saturating at -128 and 127.
 * NaN becomes 0: trunc_sat says so, and torch on x86 does the same.
 */
// @ts-ignore: decorator
@inline
export function saturate16(a: v128, b: v128, c: v128, d: v128): v128 {
  return i8x16.narrow_i16x8_s(
    i16x8.narrow_i32x4_s(i32x4.trunc_sat_f32x4_s(a), i32x4.trunc_sat_f32x4_s(b)),
    i16x8.narrow_i32x4_s(i32x4.trunc_sat_f32x4_s(c), i32x4.trunc_sat_f32x4_s(d)),
  );
}

/** The same for one number. */
// @ts-ignore: decorator
@inline
export function saturate1(x: f32): i32 {
  if (x != x) return 0;
  return <i32>min<f32>(max<f32>(x, -128), 127);
}
