import { load1 } from './weights';

/** max |x| of each row: `input` bfloat16 [rows, cols] -> `output` f32 [rows]. NaN propagates. */
export function rowAbsmaxBfloat16(input: usize, rows: i32, cols: i32, output: usize): void {
  rowAbsmax<u16>(input, rows, cols, output);
}

/** max |x| of each row: `input` float16 [rows, cols] -> `output` f32 [rows]. NaN propagates. */
export function rowAbsmaxFloat16(input: usize, rows: i32, cols: i32, output: usize): void {
  rowAbsmax<i16>(input, rows, cols, output);
}

/** max |x| of each row: `input` f64 [rows, cols] -> `output` f64 [rows]. NaN propagates. */
export function rowAbsmaxFloat64(input: usize, rows: i32, cols: i32, output: usize): void {
  for (let row = 0; row < rows; row++) {
    let best: f64 = 0;
    const end = input + (<usize>cols << 3);
    for (; input < end; input += 8) best = max<f64>(best, abs<f64>(load<f64>(input)));
    store<f64>(output + (<usize>row << 3), best);
  }
}

/** Without its sign, a half is greater as an integer exactly if it is greater as a number; Infinity and then NaN come last. */
// @ts-ignore: decorator
@inline
function rowAbsmax<T>(input: usize, rows: i32, cols: i32, output: usize): void {
  const magnitude = i16x8.splat(0x7fff);
  for (let row = 0; row < rows; row++) {
    let a = i16x8.splat(0);
    let b = a;
    const end = input + (<usize>cols << 1);
    for (; input + 32 <= end; input += 32) {
      a = i16x8.max_s(a, v128.and(v128.load(input), magnitude));
      b = i16x8.max_s(b, v128.and(v128.load(input, 16), magnitude));
    }
    for (; input + 16 <= end; input += 16) a = i16x8.max_s(a, v128.and(v128.load(input), magnitude));
    a = i16x8.max_s(a, b);
    a = i16x8.max_s(a, v128.shuffle<i64>(a, a, 1, 0));
    a = i16x8.max_s(a, v128.shuffle<i32>(a, a, 1, 0, 3, 2));
    let best: i32 = max<i32>(i16x8.extract_lane_s(a, 0), i16x8.extract_lane_s(a, 1));
    for (; input < end; input += 2) best = max<i32>(best, <i32>load<u16>(input) & 0x7fff);
    const at = output + (<usize>row << 2);
    store<u16>(at, <u16>best);
    store<f32>(at, load1<T>(at));
  }
}
