import { roundFloat8 } from './round-float8';

/**
 * Sum of counts[i] * (x - q(x))^2 over the bins of a histogram of magnitudes, x = i + 1/2 in units of a bin, and q the
 * quantization to int8 with that `scale`: min(roundHalfEven(x / scale), 127) * scale. x, q and their difference in
 * f32; even and odd bins are summed apart, in f64. `counts` f64 [bins], `bins` a multiple of four.
 */
export function int8Error(counts: usize, bins: i32, scale: f32): f64 {
  return error<i8>(counts, bins, scale);
}

/** The same for fp8 e4m3: x / scale, at most 448, rounded to three bits of mantissa or to a multiple of 2^-9. */
export function float8Error(counts: usize, bins: i32, scale: f32): f64 {
  return error<f32>(counts, bins, scale);
}

// @ts-ignore: decorator
@inline
function error<T>(counts: usize, bins: i32, scale: f32): f64 {
  const scales = f32x4.splat(scale);
  const step = f32x4.splat(4);
  let x = f32x4(0.5, 1.5, 2.5, 3.5);
  let total = f64x2.splat(0);
  const end = counts + (<usize>bins << 3);
  for (; counts < end; counts += 32) {
    const miss = f32x4.sub(x, f32x4.mul(rounded<T>(f32x4.div(x, scales)), scales));
    const low = f64x2.promote_low_f32x4(miss);
    const high = f64x2.promote_low_f32x4(v128.shuffle<i64>(miss, miss, 1, 1));
    total = f64x2.add(total, f64x2.mul(v128.load(counts), f64x2.mul(low, low)));
    total = f64x2.add(total, f64x2.mul(v128.load(counts, 16), f64x2.mul(high, high)));
    x = f32x4.add(x, step);
  }
  return f64x2.extract_lane(total, 0) + f64x2.extract_lane(total, 1);
}

// @ts-ignore: decorator
@inline
function rounded<T>(x: v128): v128 {
  if (isInteger<T>()) return f32x4.min(f32x4.nearest(x), f32x4.splat(127));
  return roundFloat8(x);
}
