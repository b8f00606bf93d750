import { roundToDtype4 } from './round-to-dtype';
import { saturate16 } from './saturate';
import { load1, load4 } from './weights';

/**
 * q = saturate(roundHalfEven(x * (1 / scale))): torchao's INT8, computed in f32.
 * `input` [rows, cols], `scales` f32 [rows], each made from its row's absmax -> `output` int8 [rows, cols].
 */
export function encodeInt8Float32(input: usize, rows: i32, cols: i32, scales: usize, output: usize): void {
  encode<f32, f32>(input, rows, cols, scales, output);
}
export function encodeInt8Bfloat16(input: usize, rows: i32, cols: i32, scales: usize, output: usize): void {
  encode<u16, f32>(input, rows, cols, scales, output);
}
export function encodeInt8Float16(input: usize, rows: i32, cols: i32, scales: usize, output: usize): void {
  encode<i16, f32>(input, rows, cols, scales, output);
}

/** The same as torchao before 0.18 has it: 1 / scale and the product are rounded to the weights' dtype. */
export function encodeOldInt8Bfloat16(input: usize, rows: i32, cols: i32, scales: usize, output: usize): void {
  encode<u16, u16>(input, rows, cols, scales, output);
}
export function encodeOldInt8Float16(input: usize, rows: i32, cols: i32, scales: usize, output: usize): void {
  encode<i16, i16>(input, rows, cols, scales, output);
}

/** T is the dtype of the weights, R what products are rounded to. */
// @ts-ignore: decorator
@inline
function encode<T, R>(input: usize, rows: i32, cols: i32, scales: usize, output: usize): void {
  for (let row = 0; row < rows; row++) {
    const scale = load<f32>(scales + (<usize>row << 2));
    const inverse = inverseOf<R>(scale);
    const inverses = f32x4.splat(inverse);
    // Then every product is within ±2^8; else there are NaN and infinities about.
    if (scale < Infinity && inverse < Infinity) encodeRow<T, R>(input, cols, inverses, output);
    else encodeUnusualRow<T, R>(input, cols, inverses, output);
    input += <usize>cols * sizeof<T>();
    output += <usize>cols;
  }
}

/** float16 has nothing between 65504 and infinity, which the inverse of a scale at the floor reaches. */
// @ts-ignore: decorator
@inline
function inverseOf<R>(scale: f32): f32 {
  const inverse = f32x4.extract_lane(rounded<R>(f32x4.splat(<f32>1.0 / scale)), 0);
  return sizeof<R>() == 2 && isSigned<R>() && inverse >= 65536 ? Infinity : inverse;
}

/** Adding 1.5 * 2^23 makes the hardware round at the units and leaves the integer in the low bits. */
// @ts-ignore: decorator
@inline
function encodeRow<T, R>(at: usize, cols: i32, inverses: v128, to: usize): void {
  const end = to + <usize>cols;
  for (; to + 16 <= end; to += 16, at += 16 * sizeof<T>()) {
    v128.store(
      to,
      i8x16.narrow_i16x8_s(
        i16x8.narrow_i32x4_s(integers<T, R>(at, inverses), integers<T, R>(at + 4 * sizeof<T>(), inverses)),
        i16x8.narrow_i32x4_s(
          integers<T, R>(at + 8 * sizeof<T>(), inverses),
          integers<T, R>(at + 12 * sizeof<T>(), inverses),
        ),
      ),
    );
  }
  for (; to < end; to += 1, at += sizeof<T>()) store<i8>(to, encode1<T, R>(at, inverses));
}

// @ts-ignore: decorator
@inline
function integers<T, R>(at: usize, inverses: v128): v128 {
  const product = rounded<R>(f32x4.mul(load4<T>(at), inverses));
  return i32x4.sub(f32x4.add(product, f32x4.splat(12582912)), i32x4.splat(0x4b400000));
}

// @ts-ignore: decorator
@inline
function encodeUnusualRow<T, R>(at: usize, cols: i32, inverses: v128, to: usize): void {
  const end = to + <usize>cols;
  for (; to < end; to += 1, at += sizeof<T>()) store<i8>(to, encode1<T, R>(at, inverses));
}

// @ts-ignore: decorator
@inline
function encode1<T, R>(at: usize, inverses: v128): i8 {
  const product = f32x4.nearest(rounded<R>(f32x4.mul(f32x4.splat(load1<T>(at)), inverses)));
  return <i8>i8x16.extract_lane_s(saturate16(product, product, product, product), 0);
}

// @ts-ignore: decorator
@inline
function rounded<R>(x: v128): v128 {
  return sizeof<R>() == 2 ? roundToDtype4<R>(x) : x;
}
