import { canonical } from './canonical';
import { roundToDtype4 } from './round-to-dtype';

/** f32 -> the nearest bfloat16, ties to even, as f32. `length` elements of `input`, a multiple of four, which become `output`. */
export function roundBfloat16(input: usize, length: i32, output: usize): void {
  const end = input + (<usize>length << 2);
  for (; input < end; input += 16, output += 16) {
    v128.store(output, roundToDtype4<u16>(canonical(v128.load(input))));
  }
}

/** The same for float16: from 65520 on it is infinity, below 2^-14 a multiple of 2^-24, the spacing of f32 at 0.75. */
export function roundFloat16(input: usize, length: i32, output: usize): void {
  const end = input + (<usize>length << 2);
  const adder = f32x4.splat(0.75);
  for (; input < end; input += 16, output += 16) {
    const x = v128.load(input);
    const magnitude = f32x4.abs(x);
    const small = f32x4.sub(f32x4.add(magnitude, adder), adder);
    const finite = v128.bitselect(
      small,
      roundToDtype4<i16>(magnitude),
      f32x4.lt(magnitude, f32x4.splat(reinterpret<f32>(0x38800000))),
    );
    const rounded = v128.bitselect(f32x4.splat(Infinity), finite, f32x4.ge(magnitude, f32x4.splat(65520)));
    const sign = v128.and(x, i32x4.splat(0x80000000));
    v128.store(output, v128.bitselect(v128.or(rounded, sign), i32x4.splat(0x7fc00000), f32x4.eq(x, x)));
  }
}
