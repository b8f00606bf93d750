import { canonicalNan } from '../../kernels/canonical-nan.ts';
/** max |x| of each row: `values` [rows, cols] -> [rows]. NaN propagates; a row without elements gives 0. */
export function rowAbsmax(values: Float32Array, rows: number, cols: number): Float32Array {
  const absmax = new Float32Array(rows);
  for (let row = 0; row < rows; row++) {
    let best = 0;
    for (let i = row * cols; i < (row + 1) * cols; i++) best = Math.max(best, Math.abs(values[i] ?? 0));
    absmax[row] = canonicalNan(best);
  }
  return absmax;
}

/** max |x| of each column: `values` [rows, cols] -> [cols]. NaN propagates; a column without elements gives 0. */
export function columnAbsmax(values: Float32Array, rows: number, cols: number): Float32Array {
  const absmax = new Float32Array(cols);
  for (let row = 0; row < rows; row++) {
    for (let col = 0; col < cols; col++) {
      absmax[col] = Math.max(absmax[col] ?? 0, Math.abs(values[row * cols + col] ?? 0));
    }
  }
  return absmax.map(canonicalNan);
}
