import { roundToBfloat16 } from './bfloat16.ts';
import { roundToFloat16 } from './float16.ts';

/** Types that the scale of a Q/DQ pair has. */
export type ScaleDtype = 'float32' | 'float16' | 'bfloat16';

/**
 * The scale of a FLOAT8E4M3FN pair from that of an INT8 pair, amax / 127, in the scale's own type.
 *
 *     modelopt   scale · 448 / 127, so amax·448/127²: the largest value becomes 36 of the 448 that there are
 *     amax/448   scale · 127 / 448: the largest value becomes 448
 *
 * ModelOpt rounds product and quotient each to float32 or float16; of bfloat16 only the result. It gives Infinity for
 * a float16 scale above 146; here the largest finite scale is given then, and never zero.
 * Source: `int8_to_fp8`, modelopt/onnx/quantization/fp8.py.
 */
export function onnxFloat8Scale(int8Scale: number, dtype: ScaleDtype, formula: 'modelopt' | 'amax/448'): number {
  return formula === 'modelopt' ? modeloptScale[dtype](int8Scale) : fullRangeScale[dtype](int8Scale);
}

const largestFloat16 = 65504;

const modeloptScale = {
  float32: (scale) => Math.fround(Math.fround(scale * 448) / 127),
  float16: (scale) => roundToFloat16(Math.min(roundToFloat16(scale * 448), largestFloat16) / 127),
  bfloat16: (scale) => roundToBfloat16(Math.fround(Math.fround(scale * 448) / 127)),
} as const satisfies Record<ScaleDtype, (scale: number) => number>;

const fullRangeScale = {
  float32: (scale) => Math.fround((scale * 127) / 448),
  float16: (scale) => roundToFloat16(Math.max(Math.fround((scale * 127) / 448), 2 ** -24)),
  bfloat16: (scale) => roundToBfloat16(Math.fround((scale * 127) / 448)),
} as const satisfies Record<ScaleDtype, (scale: number) => number>;
