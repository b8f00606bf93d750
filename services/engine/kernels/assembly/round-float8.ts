/**
 * Four magnitudes rounded to fp8 e4m3, half to even: at most 448, to three bits of mantissa or to a multiple of 2^-9.
 * No NaN.
 */
// @ts-ignore: decorator
@inline
export function roundFloat8(x: v128): v128 {
  const most = f32x4.min(x, f32x4.splat(448));
  const odd = v128.and(i32x4.shr_u(most, 20), i32x4.splat(1));
  const normal = v128.and(i32x4.add(i32x4.add(most, i32x4.splat(0x7ffff)), odd), i32x4.splat(0xfff00000));
  // Adding 2^14 leaves multiples of 2^-9.
  const grid = f32x4.splat(16384);
  const subnormal = f32x4.sub(f32x4.add(most, grid), grid);
  return v128.bitselect(subnormal, normal, f32x4.lt(most, f32x4.splat(0.015625)));
}
