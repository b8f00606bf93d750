import { saturate1, saturate16 } from './saturate';

/**
 * q = saturate(roundHalfEven(x / scale)), the scale of a row in f32: ONNX QuantizeLinear with zero point 0.
 * `input` f32 [rows, cols], `scales` f32 [rows] -> `output` int8 [rows, cols].
 */
export function quantizeByDivision(input: usize, rows: i32, cols: i32, scales: usize, output: usize): void {
  for (let row = 0; row < rows; row++) {
    const scale = load<f32>(scales + (<usize>row << 2));
    const divisors = f32x4.splat(scale);
    let at = input;
    let to = output;
    const end = input + (<usize>cols << 2);
    for (; at + 64 <= end; at += 64, to += 16) {
      v128.store(
        to,
        saturate16(
          f32x4.nearest(f32x4.div(v128.load(at), divisors)),
          f32x4.nearest(f32x4.div(v128.load(at, 16), divisors)),
          f32x4.nearest(f32x4.div(v128.load(at, 32), divisors)),
          f32x4.nearest(f32x4.div(v128.load(at, 48), divisors)),
        ),
      );
    }
    for (; at < end; at += 4, to += 1) store<i8>(to, <i8>saturate1(nearest<f32>(load<f32>(at) / scale)));
    input = end;
    output += <usize>cols;
  }
}
