import { widenFloat16x4 } from './weights';

/** bfloat16 -> f32, exactly: the sixteen bits are the upper half. `length` elements. */
export function widenBfloat16(input: usize, length: i32, output: usize): void {
  const end = input + (<usize>length << 1);
  for (; input + 8 <= end; input += 8, output += 16) {
    v128.store(output, i32x4.shl(v128.load16x4_u(input), 16));
  }
  for (; input < end; input += 2, output += 4) store<u32>(output, <u32>load<u16>(input) << 16);
}

/** float16 -> f32, exactly, subnormals included. Infinity and NaN keep their payload. */
export function widenFloat16(input: usize, length: i32, output: usize): void {
  const end = input + (<usize>length << 1);
  for (; input + 8 <= end; input += 8, output += 16) v128.store(output, widenFloat16x4(v128.load16x4_u(input)));
  for (; input < end; input += 2, output += 4) {
    v128.store_lane<u32>(output, widenFloat16x4(i32x4.splat(<i32>load<u16>(input))), 0);
  }
}
