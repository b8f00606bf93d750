export type ErrorMetrics = {
  /** 10 log10(sum x² / sum (x - y)²) in dB; Infinity for equal arrays, NaN where the reference is all zeros and y is not. */
  readonly sqnrDb: number;
  /** Cosine of the angle between x and y; 1 for two arrays of zeros, 0 if only one is. */
  readonly cosine: number;
  readonly meanSquaredError: number;
  readonly maxAbsoluteError: number;
};

/** How far `actual` is from `reference`, element by element, summed in double precision. Equal lengths; NaN propagates. */
export function errorMetrics(reference: Float32Array, actual: Float32Array): ErrorMetrics {
  if (reference.length !== actual.length) {
    throw new RangeError(`cannot compare ${reference.length} elements with ${actual.length}`);
  }
  let signal = 0;
  let other = 0;
  let product = 0;
  let noise = 0;
  let maxAbsoluteError = 0;
  for (let i = 0; i < reference.length; i++) {
    const x = reference[i] ?? 0;
    const y = actual[i] ?? 0;
    signal += x * x;
    other += y * y;
    product += x * y;
    noise += (x - y) * (x - y);
    maxAbsoluteError = Math.max(maxAbsoluteError, Math.abs(x - y));
  }
  return {
    sqnrDb: noise === 0 ? Number.POSITIVE_INFINITY : signal === 0 ? Number.NaN : 10 * Math.log10(signal / noise),
    cosine: signal === 0 && other === 0 ? 1 : signal === 0 || other === 0 ? 0 : product / Math.sqrt(signal * other),
    meanSquaredError: reference.length === 0 ? 0 : noise / reference.length,
    maxAbsoluteError,
  };
}
