import { calibrationInstance, calibrationMemory, mostBins } from './calibration-memory.ts';

export type QuantizedMode = 'int8' | 'fp8';

/** The error of quantizing with each scale, in units of a bin: `scales` f32 [n] -> f64 [n]. */
export type ErrorOfScales = { readonly mode: QuantizedMode; readonly scales: Float32Array };

/**
 * Sum of counts[i] * (x - q(x))^2 for each scale, x = i + 1/2, the middle of a bin: `counts` [bins], a multiple of
 * four and at most 32,768. int8: q = min(roundHalfEven(x / s), 127) * s; fp8: q = e4m3(min(x / s, 448)) * s.
 */
export function quantizationErrors(counts: Float64Array, { mode, scales }: ErrorOfScales): Float64Array {
  if (counts.length % 4 !== 0 || counts.length > mostBins)
    throw new RangeError(`a multiple of four bins up to ${mostBins} is measured, not ${counts.length}`);
  const { exports, memory } = calibrationInstance();
  const kernel = mode === 'int8' ? exports.int8Error : exports.float8Error;
  new Float64Array(memory, calibrationMemory.counts, counts.length).set(counts);
  return Float64Array.from(scales, (scale) => kernel(calibrationMemory.counts, counts.length, scale));
}
