/**
 * Least and greatest element of each row: `input` f32 [rows, cols] -> `output` f32 [rows, 2].
 * NaN propagates; -0 counts as less than +0; an empty row gives +Infinity, -Infinity.
 */
export function rowRange(input: usize, rows: i32, cols: i32, output: usize): void {
  for (let row = 0; row < rows; row++) {
    range(input, cols, output + (<usize>row << 3));
    input += <usize>cols << 2;
  }
}

// @ts-ignore: decorator
@inline
function range(at: usize, length: i32, output: usize): void {
  let low = f32x4.splat(Infinity);
  let lower = low;
  let high = f32x4.splat(-Infinity);
  let higher = high;
  const end = at + (<usize>length << 2);
  for (; at + 32 <= end; at += 32) {
    const x = v128.load(at);
    const y = v128.load(at, 16);
    low = f32x4.min(low, x);
    high = f32x4.max(high, x);
    lower = f32x4.min(lower, y);
    higher = f32x4.max(higher, y);
  }
  low = f32x4.min(low, lower);
  high = f32x4.max(high, higher);
  let least = min<f32>(
    min<f32>(f32x4.extract_lane(low, 0), f32x4.extract_lane(low, 1)),
    min<f32>(f32x4.extract_lane(low, 2), f32x4.extract_lane(low, 3)),
  );
  let greatest = max<f32>(
    max<f32>(f32x4.extract_lane(high, 0), f32x4.extract_lane(high, 1)),
    max<f32>(f32x4.extract_lane(high, 2), f32x4.extract_lane(high, 3)),
  );
  for (; at < end; at += 4) {
    const x = load<f32>(at);
    least = min<f32>(least, x);
    greatest = max<f32>(greatest, x);
  }
  store<f32>(output, least);
  store<f32>(output, greatest, 4);
}
