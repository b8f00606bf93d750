import { mostBins } from '../../kernels/calibration-memory.ts';
import type { Calibrator } from './calibrator.ts';
import { amaxOf, finiteRange } from './finite-range.ts';
import { torchEntropyThreshold } from './torch-entropy-threshold.ts';
import { addToHistogram, firstHistogram, leastAmax, type TorchHistogram } from './torch-histogram.ts';
import { torchPercentileThreshold } from './torch-percentile-threshold.ts';

/** ModelOpt's `entropy` of a PyTorch network: [-amax, amax], where 128 levels tell least wrong. */
export const torchEntropyCalibrator = (): Calibrator => histogramCalibrator(torchEntropyThreshold);

/** ModelOpt's `percentile` of a PyTorch network: [-amax, amax], below which `percentile` of 100 magnitudes lie. RangeError unless 0 < percentile <= 100. */
export function torchPercentileCalibrator(percentile: number): Calibrator {
  if (!(percentile > 0 && percentile <= 100))
    throw new RangeError(`a percentile is above 0 and at most 100, not ${percentile}`);
  return histogramCalibrator((histogram) => torchPercentileThreshold(histogram, percentile));
}

/** Depends on the order and the size of the batches, as ModelOpt's does. */
function histogramCalibrator(threshold: (histogram: TorchHistogram) => number): Calibrator {
  let histogram: TorchHistogram | null = null;
  const before = { values: 0, amax: 0 };
  return {
    collect(values) {
      if (values.length === 0) return;
      if (histogram) histogram = addToHistogram(histogram, values);
      else {
        const amax = amaxOf(finiteRange(values));
        if (amax >= leastAmax) histogram = firstHistogram(values, before.values);
        else {
          before.values += values.length;
          before.amax = Math.max(before.amax, amax);
        }
      }
    },
    range() {
      const amax = histogram ? threshold(histogram) : before.amax;
      return { min: 0 - amax, max: amax };
    },
    departures() {
      if (!histogram) return [];
      const { merges } = histogram;
      return [...(before.values > 0 ? [beganWithZeros] : []), ...(merges > 0 ? [tooManyBins(merges)] : [])];
    },
  };
}

const beganWithZeros =
  "The tensor's first batch holds nothing but zeros, at which ModelOpt's histogram fails; the first batch that holds more set the width of the bins.";

const tooManyBins = (merges: number): string =>
  `Bins of the tensor's histogram were merged in pairs ${merges} times: its first batch was so small beside a later one that more than ${mostBins} bins would have been needed, which ModelOpt takes.`;
