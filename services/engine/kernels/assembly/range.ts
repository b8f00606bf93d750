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

const infinite: i32 = 0x7f800000;

/** As integers that have the order of the floats: a NaN is beyond the infinity of its sign. */
// @ts-ignore: decorator
@inline
function range(at: usize, length: i32, output: usize): void {
  let low = i32x4.splat(infinite);
  let lower = low;
  let high = i32x4.splat(~infinite);
  let higher = high;
  const end = at + (<usize>length << 2);
  for (; at + 32 <= end; at += 32) {
    const x = ordered4(v128.load(at));
    const y = ordered4(v128.load(at, 16));
    low = i32x4.min_s(low, x);
    high = i32x4.max_s(high, x);
    lower = i32x4.min_s(lower, y);
    higher = i32x4.max_s(higher, y);
  }
  low = i32x4.min_s(low, lower);
  high = i32x4.max_s(high, higher);
  let least = min<i32>(
    min<i32>(i32x4.extract_lane(low, 0), i32x4.extract_lane(low, 1)),
    min<i32>(i32x4.extract_lane(low, 2), i32x4.extract_lane(low, 3)),
  );
  let greatest = max<i32>(
    max<i32>(i32x4.extract_lane(high, 0), i32x4.extract_lane(high, 1)),
    max<i32>(i32x4.extract_lane(high, 2), i32x4.extract_lane(high, 3)),
  );
  for (; at < end; at += 4) {
    const x = ordered1(load<i32>(at));
    least = min<i32>(least, x);
    greatest = max<i32>(greatest, x);
  }
  const isNumber = least >= ~infinite && greatest <= infinite;
  store<f32>(output, isNumber ? reinterpret<f32>(ordered1(least)) : NaN);
  store<f32>(output, isNumber ? reinterpret<f32>(ordered1(greatest)) : NaN, 4);
}

/** The bits of a float as an integer of the same order, and back: below zero all but the sign are turned over. */
// @ts-ignore: decorator
@inline
function ordered1(bits: i32): i32 {
  return bits ^ ((bits >> 31) & 0x7fffffff);
}

/** The same for four. */
// @ts-ignore: decorator
@inline
function ordered4(bits: v128): v128 {
  return v128.xor(bits, v128.and(i32x4.shr_s(bits, 31), i32x4.splat(0x7fffffff)));
}
