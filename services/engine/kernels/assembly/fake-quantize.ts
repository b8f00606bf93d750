import { canonical, storeCanonical } from './canonical';

/**
 * y = clamp(roundHalfEven(x * up), low, high) / down, as ModelOpt's `_tensor_quant` computes it in f32.
 * `up` is bound/amax or 0, `down` the same or 1 (see numerics/fake-quantize.ts). A rounded -0 stays -0.
 * `input` f32 [rows, cols], `ups` and `downs` f32 [rows] -> `output` f32 [rows, cols].
 */
export function fakeQuantize(input: usize, rows: i32, cols: i32, ups: usize, downs: usize, low: f32, high: f32, output: usize): void {
  const lows = f32x4.splat(low);
  const highs = f32x4.splat(high);
  for (let row = 0; row < rows; row++) {
    const up = load<f32>(ups + (<usize>row << 2));
    const down = load<f32>(downs + (<usize>row << 2));
    const factors = f32x4.splat(up);
    const divisors = f32x4.splat(down);
    const end = input + (<usize>cols << 2);
    for (; input + 16 <= end; input += 16, output += 16) {
      const rounded = f32x4.nearest(f32x4.mul(v128.load(input), factors));
      v128.store(output, canonical(f32x4.div(f32x4.min(f32x4.max(rounded, lows), highs), divisors)));
    }
    for (; input < end; input += 4, output += 4) {
      const rounded = nearest<f32>(load<f32>(input) * up);
      storeCanonical(output, min<f32>(max<f32>(rounded, low), high) / down);
    }
  }
}
