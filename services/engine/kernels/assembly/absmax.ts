/**
 * max |x| of each row: `input` f32 [rows, cols] -> `output` f32 [rows]. NaN propagates.
 * Four accumulators hide the latency of a maximum.
 */
export function rowAbsmax(input: usize, rows: i32, cols: i32, output: usize): void {
  for (let row = 0; row < rows; row++) {
    store<f32>(output + (<usize>row << 2), absmax(input, cols));
    input += <usize>cols << 2;
  }
}

/** `output` f32 [cols] becomes max(output, |x|) over the rows of `input` f32 [rows, cols]; the caller sets it to zeros first. */
export function columnAbsmax(input: usize, rows: i32, cols: i32, output: usize): void {
  const vectors = cols & ~3;
  for (let row = 0; row < rows; row++) {
    let col = 0;
    for (; col < vectors; col += 4) {
      const at = output + (<usize>col << 2);
      v128.store(at, f32x4.max(v128.load(at), f32x4.abs(v128.load(input + (<usize>col << 2)))));
    }
    for (; col < cols; col++) {
      const at = output + (<usize>col << 2);
      store<f32>(at, max<f32>(load<f32>(at), abs<f32>(load<f32>(input + (<usize>col << 2)))));
    }
    input += <usize>cols << 2;
  }
}

/** Without its sign, an f32 is greater as an integer exactly if it is greater as a number; Infinity and then NaN come last. */
// @ts-ignore: decorator
@inline
function absmax(at: usize, length: i32): f32 {
  const magnitude = i32x4.splat(0x7fffffff);
  let a = i32x4.splat(0);
  let b = a;
  let c = a;
  let d = a;
  const end = at + (<usize>length << 2);
  for (; at + 64 <= end; at += 64) {
    a = i32x4.max_s(a, v128.and(v128.load(at), magnitude));
    b = i32x4.max_s(b, v128.and(v128.load(at, 16), magnitude));
    c = i32x4.max_s(c, v128.and(v128.load(at, 32), magnitude));
    d = i32x4.max_s(d, v128.and(v128.load(at, 48), magnitude));
  }
  for (; at + 16 <= end; at += 16) a = i32x4.max_s(a, v128.and(v128.load(at), magnitude));
  a = i32x4.max_s(i32x4.max_s(a, b), i32x4.max_s(c, d));
  a = i32x4.max_s(a, v128.shuffle<i32>(a, a, 2, 3, 0, 1));
  let best = max<i32>(i32x4.extract_lane(a, 0), i32x4.extract_lane(a, 1));
  for (; at < end; at += 4) best = max<i32>(best, load<i32>(at) & 0x7fffffff);
  return reinterpret<f32>(best);
}
