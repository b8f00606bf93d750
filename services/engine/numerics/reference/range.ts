import { canonicalNan } from '../../kernels/canonical-nan.ts';
/** Least and greatest element of each row: `values` [rows, cols] -> two arrays [rows]. NaN propagates; -0 is less than +0. */
export function rowRange(values: Float32Array, rows: number, cols: number): { min: Float32Array; max: Float32Array } {
  const min = new Float32Array(rows);
  const max = new Float32Array(rows);
  for (let row = 0; row < rows; row++) {
    let least = Number.POSITIVE_INFINITY;
    let greatest = Number.NEGATIVE_INFINITY;
    for (let i = row * cols; i < (row + 1) * cols; i++) {
      least = Math.min(least, values[i] ?? 0);
      greatest = Math.max(greatest, values[i] ?? 0);
    }
    min[row] = canonicalNan(least);
    max[row] = canonicalNan(greatest);
  }
  return { min, max };
}
