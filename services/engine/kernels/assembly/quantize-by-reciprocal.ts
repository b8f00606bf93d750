import { saturate1, saturate16 } from './saturate';

/**
 * q = saturate(roundHalfEven(x * (1 / scale))), the scale of a row in f32: torchao's INT8.
 * `input` f32 [rows, cols], `scales` f32 [rows] -> `output` int8 [rows, cols].
 */
export function quantizeByReciprocal(input: usize, rows: i32, cols: i32, scales: usize, output: usize): void {
  for (let row = 0; row < rows; row++) {
    const inverse: f32 = <f32>1.0 / load<f32>(scales + (<usize>row << 2));
    const inverses = f32x4.splat(inverse);
    let at = input;
    let to = output;
    const end = input + (<usize>cols << 2);
    for (; at + 64 <= end; at += 64, to += 16) {
      v128.store(
        to,
        saturate16(
          f32x4.nearest(f32x4.mul(v128.load(at), inverses)),
          f32x4.nearest(f32x4.mul(v128.load(at, 16), inverses)),
          f32x4.nearest(f32x4.mul(v128.load(at, 32), inverses)),
          f32x4.nearest(f32x4.mul(v128.load(at, 48), inverses)),
        ),
      );
    }
    for (; at < end; at += 4, to += 1) store<i8>(to, <i8>saturate1(nearest<f32>(load<f32>(at) * inverse)));
    input = end;
    output += <usize>cols;
  }
}
