/** The least normal f32: a scale below it is replaced by 1. */
const tiny = 2 ** -126;

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
  const absmax = Math.max(Math.abs(Math.min(rmin, 0)), Math.abs(Math.max(rmax, 0)));
  const scale = Math.fround(2 * absmax) / 254;
  return scale < tiny ? 1 : Math.fround(scale);
}
