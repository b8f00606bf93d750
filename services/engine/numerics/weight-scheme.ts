/** How the weights of a tensor become eight bits each. */
export type WeightScheme = {
  readonly dtype: 'int8' | Float8Format;
  /** INT8 of bfloat16 and float16: torchao 0.18 computes in float32; releases before round 1/scale and the product to the weight's dtype. */
  readonly rounding: 'float32' | 'weight-dtype';
  /**
   * repair: an FP8 block whose scale is 0 gets the scale 2^-126 and zeros, and a weight that is not finite is an
   * error. reproduce: the bytes of torchao on x86, where such blocks become NaN.
   */
  readonly unusual: 'repair' | 'reproduce';
};

/** The largest finite value of each format: what |w| max is scaled to. */
export const float8Max = { fp8_e4m3fn: 448, fp8_e5m2: 57344 } as const;
export type Float8Format = keyof typeof float8Max;

/** What a weight may be before; float64 for FP8 only. */
export const weightDtypes = {
  float32: { bytes: 4 },
  bfloat16: { bytes: 2 },
  float16: { bytes: 2 },
  float64: { bytes: 8 },
} as const;
export type WeightDtype = keyof typeof weightDtypes;
