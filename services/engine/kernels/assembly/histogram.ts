import { roundToDtype4 } from './round-to-dtype';

// A histogram with uniform edges from -T to T, as NumPy counts it: bin i of n holds edges[i] <= x < edges[i + 1], the
// last one both its edges; what lies outside or is NaN is left out. `values` f32 [length], `edges` f32 [bins + 1];
// `counts` u32 [4, bins] is added to: a row for each lane, `row` bytes apart, so that equal neighbours (the zeros of a
// ReLU) do not wait for each other; or one row for all of them, `row` = 0.

/**
 * Where edges follow from their index, edges[i] = (i - shift) * step - base in f32, and all values are finite and none
 * is outside: the edge nearest to a value, which a multiplication by `density` (bins / 2T) tells, is the only one that
 * it can be on either side of. `bins` is even.
 */
export function histogramByStep(
  values: usize,
  length: i32,
  bins: i32,
  density: f32,
  shift: f32,
  step: f32,
  base: f32,
  counts: usize,
  row: usize,
): void {
  const densities = f32x4.splat(density);
  // In [2^23, 2^24) a sum is rounded to an integer, which is then in the low bits.
  const carriers = f32x4.splat(8388608 + <f32>(bins >> 1));
  const shifts = f32x4.splat(8388608 + shift);
  const steps = f32x4.splat(step);
  const bases = f32x4.splat(base);
  const last = i32x4.splat(0x4b000000 + bins - 1);
  const end = values + (<usize>length << 2);
  // The upper bits of an index, which are those of 2^23, leave a sum of addresses.
  const first = counts - (0x4b000000 << 2);
  const second = first + row;
  const third = second + row;
  const fourth = third + row;
  for (; values + 16 <= end; values += 16) {
    const index = placeByStep(v128.load(values), densities, carriers, shifts, steps, bases, last);
    add1(first + i32x4.extract_lane(index, 0));
    add1(second + i32x4.extract_lane(index, 1));
    add1(third + i32x4.extract_lane(index, 2));
    add1(fourth + i32x4.extract_lane(index, 3));
  }
  for (; values < end; values += 4) {
    const index = placeByStep(f32x4.splat(load<f32>(values)), densities, carriers, shifts, steps, bases, last);
    add1(first + i32x4.extract_lane(index, 0));
  }
}

// @ts-ignore: decorator
@inline
function placeByStep(
  x: v128,
  densities: v128,
  carriers: v128,
  shifts: v128,
  steps: v128,
  bases: v128,
  last: v128,
): v128 {
  const nearest = f32x4.add(f32x4.mul(x, densities), carriers);
  const edge = f32x4.sub(f32x4.mul(f32x4.sub(nearest, shifts), steps), bases);
  return i32x4.shl(i32x4.min_s(i32x4.add(nearest, f32x4.lt(x, edge)), last), 2);
}

/**
 * Where they do not, edges are looked up:
 *
 *     i = trunc((x * factor - first) / span * bins), then one step down or up to where the edges say
 *
 * `first` = edges[0] * factor and `span` = 2T * factor; factor is 1, or 1/2 where 2T overflows. The single step is
 * NumPy's: where edges are subnormal it does not always reach the bin, and neither does it there.
 */
export function histogramFloat32(
  values: usize,
  length: i32,
  edges: usize,
  bins: i32,
  factor: f32,
  first: f32,
  span: f32,
  counts: usize,
  row: usize,
): void {
  count<f32>(values, length, edges, bins, factor, first, span, counts, row);
}

/** The same for float16 values, widened: every operation of the index is rounded to float16, as NumPy does it. */
export function histogramFloat16(
  values: usize,
  length: i32,
  edges: usize,
  bins: i32,
  factor: f32,
  first: f32,
  span: f32,
  counts: usize,
  row: usize,
): void {
  count<i16>(values, length, edges, bins, factor, first, span, counts, row);
}

// @ts-ignore: decorator
@inline
function count<T>(
  values: usize,
  length: i32,
  edges: usize,
  bins: i32,
  factor: f32,
  first: f32,
  span: f32,
  counts: usize,
  row: usize,
): void {
  const factors = f32x4.splat(factor);
  const firsts = f32x4.splat(first);
  const spans = f32x4.splat(span);
  const many = f32x4.splat(<f32>bins);
  const high = load<f32>(edges + (<usize>bins << 2));
  const end = values + (<usize>length << 2);
  for (; values + 16 <= end; values += 16) {
    const x = v128.load(values);
    const index = place<T>(x, factors, firsts, spans, many);
    tally(f32x4.extract_lane(x, 0), i32x4.extract_lane(index, 0), edges, bins, high, counts);
    tally(f32x4.extract_lane(x, 1), i32x4.extract_lane(index, 1), edges, bins, high, counts + row);
    tally(f32x4.extract_lane(x, 2), i32x4.extract_lane(index, 2), edges, bins, high, counts + 2 * row);
    tally(f32x4.extract_lane(x, 3), i32x4.extract_lane(index, 3), edges, bins, high, counts + 3 * row);
  }
  for (; values < end; values += 4) {
    const x = f32x4.splat(load<f32>(values));
    const index = place<T>(x, factors, firsts, spans, many);
    tally(f32x4.extract_lane(x, 0), i32x4.extract_lane(index, 0), edges, bins, high, counts);
  }
}

// @ts-ignore: decorator
@inline
function place<T>(x: v128, factors: v128, firsts: v128, spans: v128, many: v128): v128 {
  const offset = rounded<T>(f32x4.sub(f32x4.mul(x, factors), firsts));
  return i32x4.trunc_sat_f32x4_s(rounded<T>(f32x4.mul(rounded<T>(f32x4.div(offset, spans)), many)));
}

/** Below 2^-14 a float16 gets more digits here than it has; such a fraction of the range is in the first bin either way. */
// @ts-ignore: decorator
@inline
function rounded<T>(x: v128): v128 {
  return isFloat<T>() ? x : roundToDtype4<i16>(x);
}

// @ts-ignore: decorator
@inline
function tally(x: f32, index: i32, edges: usize, bins: i32, high: f32, counts: usize): void {
  if (!(x >= load<f32>(edges) && x <= high)) return;
  index = min<i32>(index, bins - 1);
  index -= i32(x < load<f32>(edges + (<usize>index << 2)));
  index += i32(x >= load<f32>(edges + (<usize>index << 2), 4)) & i32(index != bins - 1);
  increment(counts, index);
}

// @ts-ignore: decorator
@inline
function increment(counts: usize, index: i32): void {
  add1(counts + (<usize>index << 2));
}

// @ts-ignore: decorator
@inline
function add1(at: usize): void {
  store<u32>(at, load<u32>(at) + 1);
}
