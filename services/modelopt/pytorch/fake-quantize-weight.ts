import { fakeQuantizeRows } from '#engine/kernels/kernels.ts';
import { fakeQuantFactors } from '#engine/numerics/fake-quant-factors.ts';
import type { Amax } from './quantizer.ts';

/** The weight as the quantized network computes with it. The amax is of the tensor, or of each row of axis 0. */
export function fakeQuantizeWeight(values: Float32Array, amax: Amax): Float32Array {
  const rows = amax.values.length;
  return fakeQuantizeRows({ values, rows, cols: values.length / rows, ...fakeQuantFactors(amax.values) });
}
