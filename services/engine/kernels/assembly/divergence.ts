import { log4 } from './log';

/**
 * Kullback-Leibler divergence of a histogram from what is left of it after quantization, in f32 as ONNX Runtime's
 * `smooth_distribution` and `entropy` compute it with NumPy: every operation rounded, sums pairwise.
 * `counts` f32 [length] -> P; `quantized` f32 [128], each standing for `merged` bins, the rest being 0 -> Q.
 * `smoothed` and `spread` f32 [length] are scratch. `length` is at least 128. Infinity if either cannot be smoothed.
 */
export function divergence(
  counts: usize,
  length: i32,
  quantized: usize,
  merged: i32,
  smoothed: usize,
  spread: usize,
): f32 {
  if (!smooth(counts, length, smoothed) || !expand(quantized, merged, length, spread)) return Infinity;
  return terms(smoothed, spread, length, f32x4.splat(sum(smoothed, length)), f32x4.splat(sum(spread, length)));
}

/** What a zero becomes. */
const given: f32 = 0.0001;

/** What the others lose for it; 1 or more if there are too few of them, or none. */
// @ts-ignore: decorator
@inline
function taken(zeros: i32, length: i32): f32 {
  return zeros == length ? 1 : <f32>((0.0001 * <f64>zeros) / <f64>(length - zeros));
}

/** `counts` smoothed; false if that is impossible. */
// @ts-ignore: decorator
@inline
function smooth(counts: usize, length: i32, output: usize): bool {
  const end = counts + (<usize>length << 2);
  const zero = i32x4.splat(0);
  let found = zero;
  let at = counts;
  for (; at + 16 <= end; at += 16) found = i32x4.sub(found, f32x4.eq(v128.load(at), zero));
  let zeros = i32x4.extract_lane(found, 0) + i32x4.extract_lane(found, 1);
  zeros += i32x4.extract_lane(found, 2) + i32x4.extract_lane(found, 3);
  for (; at < end; at += 4) zeros += i32(load<f32>(at) == 0);
  const loss = taken(zeros, length);
  if (!(loss < 1)) return false;
  const gifts = f32x4.splat(given);
  const losses = f32x4.splat(loss);
  for (at = counts; at + 16 <= end; at += 16, output += 16) {
    const x = v128.load(at);
    v128.store(output, v128.bitselect(gifts, f32x4.sub(x, losses), f32x4.eq(x, zero)));
  }
  for (; at < end; at += 4, output += 4) {
    const x = load<f32>(at);
    store<f32>(output, x == 0 ? given : x - loss);
  }
  return true;
}

/** `quantized` smoothed, each over its run of bins, and zeros after the last; false if that is impossible. May write 12 bytes too many. */
// @ts-ignore: decorator
@inline
function expand(quantized: usize, merged: i32, length: i32, spread: usize): bool {
  let occupied = 0;
  for (let run: usize = 0; run < 512; run += 4) occupied += i32(load<f32>(quantized + run) != 0);
  const loss = taken(length - occupied * merged, length);
  if (!(loss < 1)) return false;
  let at = spread;
  for (let run: usize = 0; run < 512; run += 4) {
    const value = load<f32>(quantized + run);
    const next = at + (<usize>merged << 2);
    fill(at, next, value == 0 ? given : value - loss);
    at = next;
  }
  fill(at, spread + (<usize>length << 2), given);
  return true;
}

// @ts-ignore: decorator
@inline
function fill(at: usize, end: usize, value: f32): void {
  const four = f32x4.splat(value);
  for (; at < end; at += 16) v128.store(at, four);
}

/** NumPy's pairwise sum: eight accumulators over up to 128 elements, halves of a multiple of eight above. */
function sum(at: usize, length: i32): f32 {
  if (length > 128) {
    const half = (length >> 1) & ~7;
    return sum(at, half) + sum(at + (<usize>half << 2), length - half);
  }
  const end = at + (<usize>(length & ~7) << 2);
  const last = at + (<usize>length << 2);
  let a = v128.load(at);
  let b = v128.load(at, 16);
  for (at += 32; at < end; at += 32) {
    a = f32x4.add(a, v128.load(at));
    b = f32x4.add(b, v128.load(at, 16));
  }
  let total = combine(a, b);
  for (; at < last; at += 4) total += load<f32>(at);
  return total;
}

/** The same sum of p ln(p / q), where p and q are the elements divided by their totals. */
function terms(p: usize, q: usize, length: i32, pTotal: v128, qTotal: v128): f32 {
  if (length > 128) {
    const half = (length >> 1) & ~7;
    const skip = <usize>half << 2;
    return terms(p, q, half, pTotal, qTotal) + terms(p + skip, q + skip, length - half, pTotal, qTotal);
  }
  const end = p + (<usize>(length & ~7) << 2);
  const last = p + (<usize>length << 2);
  let a = i32x4.splat(0);
  let b = a;
  // Empty bins come in runs of one ratio: its logarithm is kept.
  let ratio = f32x4.splat(1);
  let log = a;
  for (; p < end; p += 32, q += 32) {
    let share = f32x4.div(v128.load(p), pTotal);
    let next = f32x4.div(share, f32x4.div(v128.load(q), qTotal));
    if (v128.any_true(v128.xor(next, ratio))) {
      ratio = next;
      log = log4(ratio);
    }
    a = f32x4.add(a, f32x4.mul(share, log));
    share = f32x4.div(v128.load(p, 16), pTotal);
    next = f32x4.div(share, f32x4.div(v128.load(q, 16), qTotal));
    if (v128.any_true(v128.xor(next, ratio))) {
      ratio = next;
      log = log4(ratio);
    }
    b = f32x4.add(b, f32x4.mul(share, log));
  }
  let total = combine(a, b);
  for (; p < last; p += 4, q += 4) {
    const share = f32x4.div(f32x4.splat(load<f32>(p)), pTotal);
    log = log4(f32x4.div(share, f32x4.div(f32x4.splat(load<f32>(q)), qTotal)));
    total += f32x4.extract_lane(f32x4.mul(share, log), 0);
  }
  return total;
}

// @ts-ignore: decorator
@inline
function combine(a: v128, b: v128): f32 {
  const low = f32x4.extract_lane(a, 0) + f32x4.extract_lane(a, 1) + (f32x4.extract_lane(a, 2) + f32x4.extract_lane(a, 3));
  return low + (f32x4.extract_lane(b, 0) + f32x4.extract_lane(b, 1) + (f32x4.extract_lane(b, 2) + f32x4.extract_lane(b, 3)));
}
