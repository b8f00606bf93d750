import { roundToBfloat16 } from './bfloat16.ts';
import { intoFloat16Range, roundToFloat16 } from './float16.ts';

/** Types that the scale of a Q/DQ pair has. */
export type ScaleDtype = 'float32' | 'float16' | 'bfloat16';

/**
 * The scale of a FLOAT8E4M3FN pair from that of an INT8 pair, amax / 127, in the scale's own type.
 *
 *     modelopt   scale · 448 / 127, so amax·448/127²: the largest value becomes 36 of the 448 that there are
 *     amax/448   scale · 127 / 448: the largest value becomes 448
 *
 * Finite, and not zero, if the INT8 scale is neither; otherwise as `modeloptFloat8Scale`.
 */
export function onnxFloat8Scale(int8Scale: number, dtype: ScaleDtype, formula: 'modelopt' | 'amax/448'): number {
  if (formula === 'amax/448') return rounded[dtype]((int8Scale * 127) / 448);
  const scale = modeloptFloat8Scale(int8Scale, dtype);
  return scale === Number.POSITIVE_INFINITY ? rounded[dtype]((int8Scale * 448) / 127) : scale;
}

const rounded = {
  float32: Math.fround,
  float16: (x) => roundToFloat16(intoFloat16Range(Math.fround(x))),
  bfloat16: (x) => roundToBfloat16(Math.fround(x)),
} as const satisfies Record<ScaleDtype, (x: number) => number>;

/**
 * scale · 448 / 127 as ModelOpt computes it: product and quotient rounded each to float32 or float16, of bfloat16 only
 * the result. A float16 scale above 146 becomes infinite, since the product does.
 * Source: `int8_to_fp8`, modelopt/onnx/quantization/fp8.py.
 */
export function modeloptFloat8Scale(int8Scale: number, dtype: ScaleDtype): number {
  return byModelopt[dtype](int8Scale);
}

const byModelopt = {
  float32: (scale) => Math.fround(Math.fround(scale * 448) / 127),
  float16: (scale) => roundToFloat16(Math.fround(roundToFloat16(Math.fround(scale * 448)) / 127)),
  bfloat16: (scale) => roundToBfloat16(Math.fround(Math.fround(scale * 448) / 127)),
} as const satisfies Record<ScaleDtype, (scale: number) => number>;
