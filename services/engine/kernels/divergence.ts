import { calibrationInstance, calibrationMemory, mostBins } from './calibration-memory.ts';

/** Bins after quantization: ModelOpt asks for as many as int8 has on both sides of zero. */
export const quantizedBins = 128;

export type CoarseHistogram = {
  /** [128]: what each bin in a run of `merged` bins holds after quantization; bins past the last run hold 0. */
  readonly quantized: Float32Array;
  readonly merged: number;
};

/**
 * Kullback-Leibler divergence of `counts` (f32 [bins], 128 to 32,768 of them) from its coarse version, both smoothed:
 * zeros become 1e-4, taken from the others. In f32 with NumPy's pairwise sums, so that it equals what ONNX Runtime's
 * `entropy` gives but for the last bit of logarithms. Infinity where either is all zeros, or so sparse (one bin in
 * 10,000) that there is nothing to take.
 */
export function divergence(counts: Float32Array, { quantized, merged }: CoarseHistogram): number {
  if (counts.length < quantizedBins || counts.length > mostBins || merged * quantizedBins > counts.length)
    throw new RangeError(`${counts.length} bins cannot be merged into ${quantizedBins} of ${merged}`);
  const { exports, memory } = calibrationInstance();
  const at = calibrationMemory;
  new Float32Array(memory, at.reference, counts.length).set(counts);
  new Float32Array(memory, at.quantized, quantizedBins).set(quantized);
  return exports.divergence(at.reference, counts.length, at.quantized, merged, at.smoothed, at.spread);
}
