import { canonical, storeCanonical } from './canonical';

/** x = f32(q) * scale. `input` int8 or FP8 [rows, cols], `scales` f32 [rows] -> `output` f32 [rows, cols]. */
export function dequantizeInt8(input: usize, rows: i32, cols: i32, scales: usize, output: usize): void {
  dequantize<i32>(input, rows, cols, scales, output);
}
export function dequantizeE4m3(input: usize, rows: i32, cols: i32, scales: usize, output: usize): void {
  dequantize<u8>(input, rows, cols, scales, output);
}
export function dequantizeE5m2(input: usize, rows: i32, cols: i32, scales: usize, output: usize): void {
  dequantize<i8>(input, rows, cols, scales, output);
}

/** F names what a byte means: i32 an integer, u8 e4m3fn, i8 e5m2. */
// @ts-ignore: decorator
@inline
function dequantize<F>(input: usize, rows: i32, cols: i32, scales: usize, output: usize): void {
  for (let row = 0; row < rows; row++) {
    const factors = v128.load32_splat(scales + (<usize>row << 2));
    const end = input + <usize>cols;
    for (; input + 8 <= end; input += 8, output += 32) {
      const wide = sizeof<F>() == 4 ? v128.load8x8_s(input) : v128.load8x8_u(input);
      v128.store(output, canonical(f32x4.mul(meaning<F>(i32x4.extend_low_i16x8_s(wide)), factors)));
      v128.store(output, canonical(f32x4.mul(meaning<F>(i32x4.extend_high_i16x8_s(wide)), factors)), 16);
    }
    for (; input < end; input += 1, output += 4) {
      const code = sizeof<F>() == 4 ? <i32>load<i8>(input) : <i32>load<u8>(input);
      storeCanonical(output, f32x4.extract_lane(f32x4.mul(meaning<F>(i32x4.splat(code)), factors), 0));
    }
  }
}

/**
 * Four codes in 32-bit lanes -> f32, exactly: the exponent and mantissa of a normal one are moved into place, a
 * subnormal is so many times the smallest. e4m3fn has no infinities and one NaN; e5m2 has both where float16 does.
 */
// @ts-ignore: decorator
@inline
function meaning<F>(codes: v128): v128 {
  if (sizeof<F>() == 4) return f32x4.convert_i32x4_s(codes);
  const e4m3 = !isSigned<F>();
  const magnitude = v128.and(codes, i32x4.splat(0x7f));
  const shifted = i32x4.shl(magnitude, e4m3 ? 20 : 21);
  const normal = i32x4.add(shifted, i32x4.splat((e4m3 ? 120 : 112) << 23));
  const smallest = reinterpret<f32>((e4m3 ? 118 : 111) << 23);
  const subnormal = f32x4.mul(f32x4.convert_i32x4_s(magnitude), f32x4.splat(smallest));
  const finite = v128.bitselect(subnormal, normal, i32x4.lt_s(magnitude, i32x4.splat(e4m3 ? 8 : 4)));
  const special = v128.or(shifted, i32x4.splat(0x7f800000));
  const value = v128.bitselect(special, finite, i32x4.gt_s(magnitude, i32x4.splat(e4m3 ? 0x7e : 0x7b)));
  return v128.or(value, i32x4.shl(v128.and(codes, i32x4.splat(0x80)), 24));
}
