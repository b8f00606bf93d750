import { type QuantizedMode, quantizationErrors } from '../../kernels/kernels.ts';
import type { BatchCalibrator } from './calibrator.ts';
import { amaxOf, symmetricWithin } from './finite-range.ts';
import { addMagnitudes, emptyMagnitudes, type MagnitudeHistogram, widthOf } from './magnitude-histogram.ts';

/** Fine enough that even the narrowest candidate has a step of int8 no smaller than a bin. */
const bins = 16_384;

/** amax * 2^(-j / 64) for j = 0 … 384: from the maximum down to a 64th of it, 1.1% apart. */
const candidates = Array.from({ length: 385 }, (_, j) => 2 ** (-j / 64));

/** The largest number of each format: the scale is amax / bound. */
const bounds = { int8: 127, fp8: 448 } as const satisfies Record<QuantizedMode, number>;

/**
 * The amax with the least sum of squared quantization errors, among 385 from the maximum down to a 64th of it; of
 * equals the widest. [-amax, amax], but no wider than the values were. The error is measured on a histogram of |x| of
 * 16,384 bins, each value standing in the middle of its bin. Does not depend on the order of the samples or on their
 * batches.
 */
export function mseCalibrator(mode: QuantizedMode): BatchCalibrator {
  let histogram = emptyMagnitudes(bins);
  return {
    collectAll({ values }) {
      histogram = addMagnitudes(histogram, values);
    },
    range() {
      const { seen } = histogram;
      if (!seen) return { min: 0, max: 0 };
      return symmetricWithin(Math.fround(amaxOf(seen) * bestShare(histogram, amaxOf(seen), mode)), seen);
    },
    departures: () => [],
  };
}

function bestShare(histogram: MagnitudeHistogram, amax: number, mode: QuantizedMode): number {
  const width = widthOf(histogram);
  // Nothing to choose from in the first bin: all zeros, or next to nothing.
  if (amax < width) return 1;
  const scales = Float32Array.from(candidates, (share) => (share * amax) / width / bounds[mode]);
  const errors = quantizationErrors(histogram.counts, { mode, scales });
  let best = 0;
  for (const [j, error] of errors.entries()) if (error < (errors[best] ?? 0)) best = j;
  return candidates[best] ?? 1;
}
