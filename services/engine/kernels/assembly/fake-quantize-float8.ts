import { canonical, storeCanonical } from './canonical';
import { fakeFloat8 } from './fake-float8';

/**
 * y = e4m3(clamp(x * up, -448, 448)) * down, as ModelOpt's `_fp8_eager` computes it in f32: up is 448 / amax, down 1 / up.
 * `input` f32 [rows, cols], `ups` and `downs` f32 [rows] -> `output` f32 [rows, cols].
 */
export function fakeQuantizeFloat8(input: usize, rows: i32, cols: i32, ups: usize, downs: usize, output: usize): void {
  for (let row = 0; row < rows; row++) {
    const up = f32x4.splat(load<f32>(ups + (<usize>row << 2)));
    const down = f32x4.splat(load<f32>(downs + (<usize>row << 2)));
    const end = input + (<usize>cols << 2);
    for (; input + 16 <= end; input += 16, output += 16) {
      v128.store(output, canonical(fakeFloat8(v128.load(input), up, down)));
    }
    for (; input < end; input += 4, output += 4) {
      storeCanonical(output, f32x4.extract_lane(fakeFloat8(f32x4.splat(load<f32>(input)), up, down), 0));
    }
  }
}
