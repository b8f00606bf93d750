import { canonicalNan } from '../../kernels/canonical-nan.ts';
import type { RowErrorsOrder } from '../../kernels/row-errors.ts';
import { fakeQuantizeFloat8Rows, fakeQuantizeRows } from './fake-quantize.ts';

/** Sum of fround(fround(x - y)^2) of each row; even and odd elements apart, in f64. */
export function rowErrors({ format, ...matrix }: RowErrorsOrder): Float64Array {
  const { values, rows, cols } = matrix;
  const faked =
    format === 'int8' ? fakeQuantizeRows({ ...matrix, low: -128, high: 127 }) : fakeQuantizeFloat8Rows(matrix);
  const errors = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    const sums = [0, 0] as [number, number];
    for (let col = 0; col < cols; col++) {
      const i = row * cols + col;
      const miss = Math.fround((values[i] ?? 0) - (faked[i] ?? 0));
      sums[(col & 1) as 0 | 1] += Math.fround(miss * miss);
    }
    errors[row] = canonicalNan(sums[0] + sums[1]);
  }
  return errors;
}
