import { roundToFloat16 } from './float16.ts';

/** The least normal f32 and binary16: a scale below it is replaced by 1. */
const tiny = { float32: 2 ** -126, float16: 2 ** -14 } as const;

/**
 * The symmetric INT8 scale of ONNX Runtime and ModelOpt from the range of a tensor; zero point 0.
 *
 *     a = max(|min(rmin, 0)|, |max(rmax, 0)|);  scale = f32(f64(2a) / 254), which is amax / 127
 *     scale < 2^-126 -> 1
 *
 * 2a is formed in f32 and may overflow to Infinity as it does there. NaN stays NaN.
 * Source: onnxruntime/python/tools/quantization/quant_utils.py, `compute_scale_zp(symmetric=True)`.
 */
export function onnxInt8Scale(rmin: number, rmax: number): number {
  const scale = Math.fround(2 * absmaxOf(rmin, rmax)) / 254;
  return scale < tiny.float32 ? 1 : Math.fround(scale);
}

/**
 * The same for a float16 tensor, whose scale is float16 too: scale = f16(f64(2a) / 254); scale < 2^-14 -> 1.
 * NumPy forms 2a in float16 as well, so that from a = 32768 on the original gives Infinity, and a network that
 * computes NaN; here the scale stays what the formula means.
 */
export function onnxInt8ScaleOfHalf(rmin: number, rmax: number): number {
  const scale = (2 * absmaxOf(rmin, rmax)) / 254;
  return scale < tiny.float16 ? 1 : roundToFloat16(scale);
}

const absmaxOf = (rmin: number, rmax: number): number =>
  Math.max(Math.abs(Math.min(rmin, 0)), Math.abs(Math.max(rmax, 0)));
