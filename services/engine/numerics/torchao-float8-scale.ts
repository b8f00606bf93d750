import { canonicalNan } from '../kernels/canonical-nan.ts';
import { roundToBfloat16 } from './bfloat16.ts';
import { roundToFloat16 } from './float16.ts';
import { type Float8Format, float8Max, type WeightDtype } from './weight-scheme.ts';

/** How a number rounds when torch stores it in a weight's own dtype, and then as float32. */
const rounding = {
  float32: (x: number) => Math.fround(x),
  bfloat16: (x: number) => roundToBfloat16(Math.fround(x)),
  float16: (x: number) => roundToFloat16(Math.fround(x)),
  float64: (x: number) => Math.fround(x),
} as const satisfies Record<WeightDtype, (x: number) => number>;

/** The least normal float32: the scale of a block whose own would be 0, and 0/0 NaN. */
export const repairedScale = 2 ** -126;

/**
 * The FP8 scale of torchao on a CPU from max |w| of a block.
 *
 *     scale = f32(rd(amax / M))      rd: rounded to the weight's dtype; M 448 or 57344; no floor
 *
 * A block of zeros gets 0, and so does one whose scale is too small for the dtype. NaN stays NaN.
 * Source: torchao/quantization/quant_primitives.py, `_choose_scale_float8`.
 */
export function torchaoFloat8Scale(absmax: number, dtype: WeightDtype, format: Float8Format): number {
  return canonicalNan(rounding[dtype](absmax / float8Max[format]));
}
