import { roundFloat8 } from './round-float8';

/** e4m3(clamp(x * up, -448, 448)) * down. NaN stays NaN, -0 stays -0. */
// @ts-ignore: decorator
@inline
export function fakeFloat8(x: v128, up: v128, down: v128): v128 {
  const sign = i32x4.splat(0x80000000);
  const scaled = f32x4.mul(x, up);
  const rounded = v128.or(roundFloat8(f32x4.abs(scaled)), v128.and(scaled, sign));
  return f32x4.mul(v128.bitselect(rounded, scaled, f32x4.eq(scaled, scaled)), down);
}
