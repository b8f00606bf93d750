/**
 * max |x| of each row: `input` f32 [rows, cols] -> `output` f32 [rows]. NaN propagates.
 * Four accumulators hide the latency of f32x4.max.
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

// @ts-ignore: decorator
@inline
function absmax(at: usize, length: i32): f32 {
  let a = f32x4.splat(0);
  let b = f32x4.splat(0);
  let c = f32x4.splat(0);
  let d = f32x4.splat(0);
  const end = at + (<usize>length << 2);
  for (; at + 64 <= end; at += 64) {
    a = f32x4.max(a, f32x4.abs(v128.load(at)));
    b = f32x4.max(b, f32x4.abs(v128.load(at, 16)));
    c = f32x4.max(c, f32x4.abs(v128.load(at, 32)));
    d = f32x4.max(d, f32x4.abs(v128.load(at, 48)));
  }
  for (; at + 16 <= end; at += 16) a = f32x4.max(a, f32x4.abs(v128.load(at)));
  a = f32x4.max(f32x4.max(a, b), f32x4.max(c, d));
  let best = max<f32>(
    max<f32>(f32x4.extract_lane(a, 0), f32x4.extract_lane(a, 1)),
    max<f32>(f32x4.extract_lane(a, 2), f32x4.extract_lane(a, 3)),
  );
  for (; at < end; at += 4) best = max<f32>(best, abs<f32>(load<f32>(at)));
  return best;
}
