/** An amax up to this counts as zero: everything quantizes to 0. */
const epsilon = 2 ** -24;

export type FakeQuantFactors = {
  /** [amax.length] each: multiply, round, clamp, divide. */
  readonly ups: Float32Array;
  readonly downs: Float32Array;
  readonly low: number;
  readonly high: number;
};

/**
 * What ModelOpt's INT8 fake quantization does with each amax, in f32:
 *
 *     scale = 127 / amax;  y = clamp(roundHalfEven(x * scale), -128, 127) / scale
 *     amax <= 2^-24: y = clamp(roundHalfEven(x * 0), …) / 1
 *
 * Multiplied, then divided: at ties this is not what x / s in ONNX gives.
 * Source: modelopt/torch/quantization/tensor_quant.py, `_tensor_quant` with narrow_range=False.
 */
export function fakeQuantFactors(amax: Float32Array): FakeQuantFactors {
  return {
    ups: amax.map((a) => (a <= epsilon ? 0 : 127 / a)),
    downs: amax.map((a) => (a <= epsilon ? 1 : 127 / a)),
    low: -128,
    high: 127,
  };
}

/**
 * The same for FP8 e4m3; an amax up to 2^-24 counts as 1, and torch divides a number by a tensor in two roundings:
 *
 *     s = (1 / amax) * 448;  y = e4m3(clamp(x * s, -448, 448)) * (1 / s)
 *
 * Source: modelopt/torch/quantization/tensor_quant.py, `_fp8_eager`.
 */
export function fakeFloat8Factors(amax: Float32Array): Pick<FakeQuantFactors, 'ups' | 'downs'> {
  const ups = amax.map((a) => Math.fround(1 / (a <= epsilon ? 1 : a)) * 448);
  return { ups, downs: ups.map((up) => 1 / up) };
}
