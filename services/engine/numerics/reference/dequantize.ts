import { canonicalNan } from '../../kernels/canonical-nan.ts';
import type { ScaledRows } from '../../kernels/matrix.ts';

/** x = fround(q * scale). */
export function dequantizeRows({ values, rows, cols, scales }: ScaledRows<Int8Array>): Float32Array {
  const dequantized = new Float32Array(values.length);
  for (let row = 0; row < rows; row++) {
    const scale = scales[row] ?? 0;
    for (let i = row * cols; i < (row + 1) * cols; i++) {
      dequantized[i] = canonicalNan((values[i] ?? 0) * scale);
    }
  }
  return dequantized;
}
