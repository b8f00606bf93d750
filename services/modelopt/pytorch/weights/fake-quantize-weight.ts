import { fakeQuantizeFloat8Rows, fakeQuantizeRows } from '#engine/kernels/kernels.ts';
import { fakeFloat8Factors, fakeQuantFactors } from '#engine/numerics/fake-quant-factors.ts';
import type { Amax, NumberFormat } from '../quantizer.ts';

/** The weight as the quantized network computes with it. The amax is of the tensor, or of each row of axis 0. */
export function fakeQuantizeWeight(values: Float32Array, amax: Amax, format: NumberFormat): Float32Array {
  const rows = amax.values.length;
  const matrix = { values, rows, cols: values.length / rows };
  return format === 'int8'
    ? fakeQuantizeRows({ ...matrix, ...fakeQuantFactors(amax.values) })
    : fakeQuantizeFloat8Rows({ ...matrix, ...fakeFloat8Factors(amax.values) });
}
