import { load1, load4 } from './weights';

/**
 * q = RNE(clamp(f32(x) / scale, -bound, bound)) in eight bits: torchao's FP8, a true division in f32. Subnormals and
 * the sign of zero are kept; NaN becomes 0xFF as 0/0 does on x86, or 0x7F where the scale itself is NaN.
 * `input` [rows, cols], `scales` f32 [rows] -> `output` [rows, cols].
 */
export function encodeE4m3Float32(input: usize, rows: i32, cols: i32, scales: usize, output: usize): void {
  encode<f32, u8>(input, rows, cols, scales, output);
}
export function encodeE4m3Bfloat16(input: usize, rows: i32, cols: i32, scales: usize, output: usize): void {
  encode<u16, u8>(input, rows, cols, scales, output);
}
export function encodeE4m3Float16(input: usize, rows: i32, cols: i32, scales: usize, output: usize): void {
  encode<i16, u8>(input, rows, cols, scales, output);
}
export function encodeE4m3Float64(input: usize, rows: i32, cols: i32, scales: usize, output: usize): void {
  encode<f64, u8>(input, rows, cols, scales, output);
}
export function encodeE5m2Float32(input: usize, rows: i32, cols: i32, scales: usize, output: usize): void {
  encode<f32, i8>(input, rows, cols, scales, output);
}
export function encodeE5m2Bfloat16(input: usize, rows: i32, cols: i32, scales: usize, output: usize): void {
  encode<u16, i8>(input, rows, cols, scales, output);
}
export function encodeE5m2Float16(input: usize, rows: i32, cols: i32, scales: usize, output: usize): void {
  encode<i16, i8>(input, rows, cols, scales, output);
}
export function encodeE5m2Float64(input: usize, rows: i32, cols: i32, scales: usize, output: usize): void {
  encode<f64, i8>(input, rows, cols, scales, output);
}

/** T is the dtype of the weights; F the format: u8 for e4m3fn, i8 for e5m2. */
// @ts-ignore: decorator
@inline
function encode<T, F>(input: usize, rows: i32, cols: i32, scales: usize, output: usize): void {
  for (let row = 0; row < rows; row++) {
    const scale = load<f32>(scales + (<usize>row << 2));
    const divisors = f32x4.splat(scale);
    const nan = i32x4.splat(scale == scale ? 0xff : 0x7f);
    const end = output + <usize>cols;
    for (; output + 16 <= end; output += 16, input += 16 * sizeof<T>()) {
      v128.store(
        output,
        i8x16.narrow_i16x8_u(
          i16x8.narrow_i32x4_s(
            float8<F>(f32x4.div(load4<T>(input), divisors), nan),
            float8<F>(f32x4.div(load4<T>(input + 4 * sizeof<T>()), divisors), nan),
          ),
          i16x8.narrow_i32x4_s(
            float8<F>(f32x4.div(load4<T>(input + 8 * sizeof<T>()), divisors), nan),
            float8<F>(f32x4.div(load4<T>(input + 12 * sizeof<T>()), divisors), nan),
          ),
        ),
      );
    }
    for (; output < end; output += 1, input += sizeof<T>()) {
      const quotient = f32x4.div(f32x4.splat(load1<T>(input)), divisors);
      store<u8>(output, <u8>i32x4.extract_lane(float8<F>(quotient, nan), 0));
    }
  }
}

/**
 * Four f32 -> four codes in 32-bit lanes. A normal one has its exponent moved and its mantissa rounded as an integer; for a
 * subnormal, adding a power of two makes the hardware round at the right digit.
 * Source: torch/headeronly/util/Float8_e4m3fn.h, Float8_e5m2.h.
 */
// @ts-ignore: decorator
@inline
function float8<F>(x: v128, nan: v128): v128 {
  const e4m3 = !isSigned<F>();
  const bound: f32 = e4m3 ? 448 : 57344;
  const dropped = e4m3 ? 20 : 21;
  const bias = e4m3 ? 7 : 15;
  const adder = (e4m3 ? 141 : 134) << 23;
  const leastNormal = (e4m3 ? 121 : 113) << 23;
  // pmin and pmax keep the first operand where it is NaN.
  const clamped = f32x4.pmin(f32x4.pmax(x, f32x4.splat(-bound)), f32x4.splat(bound));
  const magnitude = v128.and(clamped, i32x4.splat(0x7fffffff));
  const odd = v128.and(i32x4.shr_u(magnitude, dropped), i32x4.splat(1));
  const rebiased = i32x4.add(magnitude, i32x4.splat(((bias - 127) << 23) + (1 << (dropped - 1)) - 1));
  const normal = i32x4.shr_u(i32x4.add(rebiased, odd), dropped);
  const subnormal = i32x4.sub(f32x4.add(magnitude, i32x4.splat(adder)), i32x4.splat(adder));
  const code = v128.bitselect(subnormal, normal, i32x4.lt_s(magnitude, i32x4.splat(leastNormal)));
  const signed = v128.or(code, v128.and(i32x4.shr_u(clamped, 24), i32x4.splat(0x80)));
  return v128.bitselect(signed, nan, f32x4.eq(x, x));
}
