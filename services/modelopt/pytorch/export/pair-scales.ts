import type { NumberFormat } from '../quantizer.ts';

/**
 * The scales of a pair, in float32: amax / 127, amax / 448. An amax up to 2^-24 counts as 0 in ModelOpt's fake
 * quantization to INT8, and gets the scale 1 that its export gives to 0: what was calibrated rounds to 0. To FP8 it
 * counts as 1.
 * Source: modelopt/torch/quantization/export_onnx.py, `export_int8`; tensor_quant.py, `_fp8_eager`.
 */
export function pairScales(amax: Float32Array, format: NumberFormat): Float32Array {
  const { most, ofNothing } = scales[format];
  return amax.map((value) => (value <= leastAmax ? ofNothing : value / most));
}

const leastAmax = 2 ** -24;

const scales = {
  int8: { most: 127, ofNothing: 1 },
  fp8_e4m3fn: { most: 448, ofNothing: 1 / 448 },
} as const satisfies Record<NumberFormat, { readonly most: number; readonly ofNothing: number }>;
