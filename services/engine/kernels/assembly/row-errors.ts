import { fakeFloat8 } from './fake-float8';

// What fake quantization changes: (x - y)^2 in f32, summed over each row in f64, even and odd elements apart.
// `input` f32 [rows, cols], `ups` and `downs` f32 [rows]; `sums` f64 [rows, 2] is added to.

/** y as in fake-quantize.ts, clamped to -128 … 127. */
export function int8RowErrors(input: usize, rows: i32, cols: i32, ups: usize, downs: usize, sums: usize): void {
  rowErrors<i8>(input, rows, cols, ups, downs, sums);
}

/** y as in fake-quantize-float8.ts. */
export function float8RowErrors(input: usize, rows: i32, cols: i32, ups: usize, downs: usize, sums: usize): void {
  rowErrors<f32>(input, rows, cols, ups, downs, sums);
}

// @ts-ignore: decorator
@inline
function rowErrors<T>(input: usize, rows: i32, cols: i32, ups: usize, downs: usize, sums: usize): void {
  for (let row = 0; row < rows; row++, sums += 16) {
    const up = f32x4.splat(load<f32>(ups + (<usize>row << 2)));
    const down = f32x4.splat(load<f32>(downs + (<usize>row << 2)));
    const end = input + (<usize>cols << 2);
    let sum = v128.load(sums);
    for (; input + 16 <= end; input += 16) {
      const error = squared<T>(v128.load(input), up, down);
      sum = f64x2.add(sum, f64x2.promote_low_f32x4(error));
      sum = f64x2.add(sum, f64x2.promote_low_f32x4(v128.shuffle<i64>(error, error, 1, 1)));
    }
    v128.store(sums, sum);
    for (let lane: usize = 0; input < end; input += 4, lane ^= 8) {
      const error = squared<T>(f32x4.splat(load<f32>(input)), up, down);
      store<f64>(sums + lane, load<f64>(sums + lane) + <f64>f32x4.extract_lane(error, 0));
    }
  }
}

// @ts-ignore: decorator
@inline
function squared<T>(x: v128, up: v128, down: v128): v128 {
  const miss = f32x4.sub(x, faked<T>(x, up, down));
  return f32x4.mul(miss, miss);
}

// @ts-ignore: decorator
@inline
function faked<T>(x: v128, up: v128, down: v128): v128 {
  if (!isInteger<T>()) return fakeFloat8(x, up, down);
  const rounded = f32x4.nearest(f32x4.mul(x, up));
  return f32x4.div(f32x4.min(f32x4.max(rounded, f32x4.splat(-128)), f32x4.splat(127)), down);
}
