/**
 * ln x of four positive normal f32, rounded to f32 from f64: x = m * 2^e with m in [sqrt 1/2, sqrt 2),
 * ln m = 2 (s + s^3/3 + s^5/5 + …) with s = (m - 1) / (m + 1). The series ends below the last bit of f64.
 */
// @ts-ignore: decorator
@inline
export function log4(x: v128): v128 {
  const exponent = i32x4.shr_s(i32x4.sub(x, i32x4.splat(0x3f3504f3)), 23);
  const mantissa = i32x4.sub(x, i32x4.shl(exponent, 23));
  const low = log2x2(mantissa, exponent);
  const upper = v128.shuffle<i64>(mantissa, mantissa, 1, 1);
  const high = log2x2(upper, v128.shuffle<i64>(exponent, exponent, 1, 1));
  return v128.shuffle<i64>(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 2);
}

// @ts-ignore: decorator
@inline
function log2x2(mantissa: v128, exponent: v128): v128 {
  const m = f64x2.promote_low_f32x4(mantissa);
  const one = f64x2.splat(1);
  const s = f64x2.div(f64x2.sub(m, one), f64x2.add(m, one));
  const z = f64x2.mul(s, s);
  let series = f64x2.splat(1.0 / 19.0);
  series = f64x2.add(f64x2.mul(series, z), f64x2.splat(1.0 / 17.0));
  series = f64x2.add(f64x2.mul(series, z), f64x2.splat(1.0 / 15.0));
  series = f64x2.add(f64x2.mul(series, z), f64x2.splat(1.0 / 13.0));
  series = f64x2.add(f64x2.mul(series, z), f64x2.splat(1.0 / 11.0));
  series = f64x2.add(f64x2.mul(series, z), f64x2.splat(1.0 / 9.0));
  series = f64x2.add(f64x2.mul(series, z), f64x2.splat(1.0 / 7.0));
  series = f64x2.add(f64x2.mul(series, z), f64x2.splat(1.0 / 5.0));
  series = f64x2.add(f64x2.mul(series, z), f64x2.splat(1.0 / 3.0));
  series = f64x2.add(f64x2.mul(series, z), one);
  const twice = f64x2.add(s, s);
  const exponents = f64x2.mul(f64x2.convert_low_i32x4_s(exponent), f64x2.splat(0.6931471805599453));
  return f64x2.add(exponents, f64x2.mul(twice, series));
}
