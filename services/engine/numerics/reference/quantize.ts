import type { ScaledRows } from '../../kernels/matrix.ts';
import { numberToFloat8 } from '../float8.ts';
import { roundHalfEven } from '../round-half-even.ts';

/** q = saturate(roundHalfEven(fround(x / scale))): ONNX QuantizeLinear with zero point 0. */
export function quantizeRowsByDivision({ values, rows, cols, scales }: ScaledRows<Float32Array>): Int8Array {
  const quantized = new Int8Array(values.length);
  for (let row = 0; row < rows; row++) {
    const scale = scales[row] ?? 0;
    for (let i = row * cols; i < (row + 1) * cols; i++) quantized[i] = saturate(Math.fround((values[i] ?? 0) / scale));
  }
  return quantized;
}

/** q = fp8 e4m3fn(clamp(fround(x / scale), -448, 448)); a scale that is NaN gives 0x7F. */
export function quantizeRowsToFloat8({ values, rows, cols, scales }: ScaledRows<Float32Array>): Uint8Array {
  const codes = new Uint8Array(values.length);
  for (let row = 0; row < rows; row++) {
    const scale = scales[row] ?? 0;
    for (let i = row * cols; i < (row + 1) * cols; i++)
      codes[i] = Number.isNaN(scale) ? 0x7f : numberToFloat8(Math.fround((values[i] ?? 0) / scale), 'fp8_e4m3fn');
  }
  return codes;
}

/** Rounded half to even, -128 to 127; NaN is 0, as a float-to-int conversion gives on x86 after torch. */
function saturate(x: number): number {
  return Number.isNaN(x) ? 0 : Math.min(Math.max(roundHalfEven(x), -128), 127);
}
