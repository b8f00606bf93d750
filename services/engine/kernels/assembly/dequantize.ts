import { canonical, storeCanonical } from './canonical';

/** x = f32(q) * scale. `input` int8 [rows, cols], `scales` f32 [rows] -> `output` f32 [rows, cols]. */
export function dequantize(input: usize, rows: i32, cols: i32, scales: usize, output: usize): void {
  for (let row = 0; row < rows; row++) {
    const scale = load<f32>(scales + (<usize>row << 2));
    const factors = f32x4.splat(scale);
    let at = input;
    const end = input + <usize>cols;
    for (; at + 8 <= end; at += 8, output += 32) {
      const wide = v128.load8x8_s(at);
      v128.store(output, canonical(f32x4.mul(f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_s(wide)), factors)));
      v128.store(output, canonical(f32x4.mul(f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_s(wide)), factors)), 16);
    }
    for (; at < end; at += 1, output += 4) storeCanonical(output, <f32>load<i8>(at) * scale);
    input = end;
  }
}
