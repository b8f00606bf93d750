import type { BatchCalibrator } from './calibrator.ts';
import { amaxOf, symmetricWithin } from './finite-range.ts';
import { addMagnitudes, emptyMagnitudes, type MagnitudeHistogram, widthOf } from './magnitude-histogram.ts';

const bins = 2048;

/**
 * The least a with |x| <= a for `percentile` of 100 values: [-a, a], but no wider than the values were; 100 is the
 * maximum. From a histogram of 2,048 bins, interpolated within a bin, so a is off by at most one bin, which is at most
 * amax / 1024. Does not depend on the order of the samples or on their batches.
 * RangeError unless 0 < percentile <= 100.
 */
export function percentileCalibrator(percentile: number): BatchCalibrator {
  if (!(percentile > 0 && percentile <= 100))
    throw new RangeError(`a percentile is above 0 and at most 100, not ${percentile}`);
  let histogram = emptyMagnitudes(bins);
  return {
    collectAll({ values }) {
      histogram = addMagnitudes(histogram, values);
    },
    range() {
      const { seen } = histogram;
      if (!seen) return { min: 0, max: 0 };
      const amax = Math.fround(Math.min(quantile(histogram, percentile / 100), amaxOf(seen)));
      return symmetricWithin(amax, seen);
    },
    departures: () => [],
  };
}

function quantile(histogram: MagnitudeHistogram, share: number): number {
  const { counts } = histogram;
  const rank = share * counts.reduce((sum, count) => sum + count, 0);
  let below = 0;
  for (const [bin, count] of counts.entries()) {
    if (count > 0 && below + count >= rank) return (bin + (rank - below) / count) * widthOf(histogram);
    below += count;
  }
  // Only rounding of `rank` leads here.
  return Number.POSITIVE_INFINITY;
}
