/**
 * Adds |x| of `values` f32 [length] to a histogram: bin trunc(|x| * scale), at most the last; NaN counts as 0.
 * `scale` is a power of two, so the product is exact. `counts` u32 [bins] or, `row`
 * bytes apart, [4, bins] as in histogram.ts.
 */
export function magnitudeHistogram(
  values: usize,
  length: i32,
  scale: f32,
  bins: i32,
  counts: usize,
  row: usize,
): void {
  const scales = f32x4.splat(scale);
  const last = i32x4.splat(bins - 1);
  const end = values + (<usize>length << 2);
  for (; values + 16 <= end; values += 16) {
    const index = place(v128.load(values), scales, last);
    increment(counts, i32x4.extract_lane(index, 0));
    increment(counts + row, i32x4.extract_lane(index, 1));
    increment(counts + 2 * row, i32x4.extract_lane(index, 2));
    increment(counts + 3 * row, i32x4.extract_lane(index, 3));
  }
  for (; values < end; values += 4) {
    increment(counts, i32x4.extract_lane(place(f32x4.splat(load<f32>(values)), scales, last), 0));
  }
}

// @ts-ignore: decorator
@inline
function place(x: v128, scales: v128, last: v128): v128 {
  return i32x4.min_u(i32x4.trunc_sat_f32x4_u(f32x4.mul(f32x4.abs(x), scales)), last);
}

// @ts-ignore: decorator
@inline
function increment(counts: usize, index: i32): void {
  const at = counts + (<usize>index << 2);
  store<u32>(at, load<u32>(at) + 1);
}
