/**
 * Adds |x| of `values` f32 [length] to a histogram of equal bins over [0, last], as torch.histc counts it: bin
 * trunc(|x| * bins / last), every operation in f32, `last` itself in the last one; what is above is left out, and so
 * is NaN. `values` and `last` are both multiplied by `factor`, a power of two, so that no product overflows.
 * `counts` u32 [bins] or, `row` bytes apart, [4, bins] as in histogram.ts.
 */
export function linearHistogram(
  values: usize,
  length: i32,
  last: f32,
  factor: f32,
  bins: i32,
  counts: usize,
  row: usize,
): void {
  const lasts = f32x4.splat(last * factor);
  const factors = f32x4.splat(factor);
  const many = f32x4.splat(<f32>bins);
  const most = i32x4.splat(bins - 1);
  const end = values + (<usize>length << 2);
  for (; values < end; values += 16) {
    const x = f32x4.mul(f32x4.abs(v128.load(values)), factors);
    const index = i32x4.min_s(i32x4.trunc_sat_f32x4_s(f32x4.div(f32x4.mul(x, many), lasts)), most);
    let held = i32x4.bitmask(f32x4.le(x, lasts));
    // What lies behind the last value is none.
    if (values + 16 > end) held &= (1 << (<i32>(end - values) >> 2)) - 1;
    if (held & 1) increment(counts, i32x4.extract_lane(index, 0));
    if (held & 2) increment(counts + row, i32x4.extract_lane(index, 1));
    if (held & 4) increment(counts + 2 * row, i32x4.extract_lane(index, 2));
    if (held & 8) increment(counts + 3 * row, i32x4.extract_lane(index, 3));
  }
}

// @ts-ignore: decorator
@inline
function increment(counts: usize, index: i32): void {
  const at = counts + (<usize>index << 2);
  store<u32>(at, load<u32>(at) + 1);
}
