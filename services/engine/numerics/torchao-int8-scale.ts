import { canonicalNan } from '../kernels/canonical-nan.ts';
import { roundToBfloat16 } from './bfloat16.ts';
import { roundToFloat16 } from './float16.ts';

/** How a number rounds when torch stores it in a weight's own dtype. */
const rounding = {
  float32: (x: number) => Math.fround(x),
  bfloat16: roundToBfloat16,
  float16: roundToFloat16,
} as const satisfies Record<string, (x: number) => number>;

type TorchaoWeightDtype = keyof typeof rounding;

/** finfo(float32).eps, for every weight dtype: what torchao floors a scale at. */
const torchaoScaleFloor = 2 ** -23;

/**
 * The symmetric INT8 scale of torchao 0.18 on a CPU from max |w| of a block.
 *
 *     scale = max(rd(amax / 127.5), 2^-23)      rd: rounded to the weight's dtype; the division in f32
 *
 * 127.5 is half of 127 - (-128). A block of zeros gets the floor, NaN stays NaN.
 * Source: torchao/quantization/quant_primitives.py, `_choose_qparams_affine`.
 */
export function torchaoInt8Scale(absmax: number, dtype: TorchaoWeightDtype): number {
  return canonicalNan(Math.max(rounding[dtype](Math.fround(absmax / 127.5)), torchaoScaleFloor));
}
