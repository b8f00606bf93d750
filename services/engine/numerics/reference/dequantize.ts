import { canonicalNan } from '../../kernels/canonical-nan.ts';
import type { Codes } from '../../kernels/kernels.ts';
import { float8ToNumber } from '../float8.ts';

/** x = fround(q * scale), q as an integer or an FP8 number. */
export function dequantizeRows({ values, format, rows, cols, scales }: Codes): Float32Array {
  const dequantized = new Float32Array(values.length);
  const meaning = (code: number) => (format === 'int8' ? (code << 24) >> 24 : float8ToNumber(code, format));
  for (let row = 0; row < rows; row++) {
    const scale = scales[row] ?? 0;
    for (let i = row * cols; i < (row + 1) * cols; i++) {
      dequantized[i] = canonicalNan(meaning(values[i] ?? 0) * scale);
    }
  }
  return dequantized;
}
