import { roundEachToBfloat16, roundEachToFloat16 } from '#engine/kernels/kernels.ts';
import type { WeightDtype } from '#engine/numerics/weight-scheme.ts';
import type { Amax, NumberFormat } from '../quantizer.ts';

/**
 * The `_scale` of a packed weight, with the shape of its amax: rd(amax / 127), rd(amax / 448) for FP8; rd rounds to the
 * weight's dtype, and float64 to float32. A row of zeros has the scale 0.
 * Source: modelopt/torch/quantization/qtensor/int8_tensor.py, fp8_tensor.py.
 */
export function packedScale({ values, shape }: Amax, format: NumberFormat, dtype: WeightDtype): Amax {
  return {
    values: roundedTo(
      dtype,
      values.map((amax) => amax / largest[format]),
    ),
    shape,
  };
}

/** The same array, rounded to what a dtype can hold. */
export function roundedTo(dtype: WeightDtype, values: Float32Array): Float32Array {
  rounding[dtype](values);
  return values;
}

const largest = { int8: 127, fp8_e4m3fn: 448 } as const satisfies Record<NumberFormat, number>;

const rounding = {
  float32: () => {},
  float64: () => {},
  bfloat16: roundEachToBfloat16,
  float16: roundEachToFloat16,
} as const satisfies Record<WeightDtype, (values: Float32Array) => void>;
