import type { NumberFormat } from '../quantizer.ts';

/**
 * The scales of a pair, in float32: amax / 127, amax / 448. An amax up to 2^-24 counts as 0 in ModelOpt's fake
 * quantization, and gets the scale 1 that its export gives to 0: what was calibrated rounds to 0.
 * Source: modelopt/torch/quantization/export_onnx.py, `export_int8`.
 */
export function pairScales(amax: Float32Array, format: NumberFormat): Float32Array {
  return amax.map((value) => (value <= leastAmax ? 1 : value / largest[format]));
}

const leastAmax = 2 ** -24;

const largest = { int8: 127, fp8_e4m3fn: 448 } as const satisfies Record<NumberFormat, number>;
