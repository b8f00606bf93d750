import { mostBins } from '../../kernels/calibration-memory.ts';
import type { BatchCalibrator } from './calibrator.ts';
import { amaxOf, finiteRanges } from './finite-range.ts';
import { torchEntropyThreshold } from './torch-entropy-threshold.ts';
import { addToHistogram, firstHistogram, leastAmax, type TorchHistogram } from './torch-histogram.ts';
import { torchPercentileThreshold } from './torch-percentile-threshold.ts';

/** ModelOpt's `entropy` of a PyTorch network: [-amax, amax], where 128 levels tell least wrong. */
export const torchEntropyCalibrator = (): BatchCalibrator => histogramCalibrator(torchEntropyThreshold);

/** ModelOpt's `percentile` of a PyTorch network: [-amax, amax], below which `percentile` of 100 magnitudes lie. RangeError unless 0 < percentile <= 100. */
export function torchPercentileCalibrator(percentile: number): BatchCalibrator {
  if (!(percentile > 0 && percentile <= 100))
    throw new RangeError(`a percentile is above 0 and at most 100, not ${percentile}`);
  return histogramCalibrator((histogram) => torchPercentileThreshold(histogram, percentile));
}

/** Depends on the order and the size of the batches, as ModelOpt's does. */
function histogramCalibrator(threshold: (histogram: TorchHistogram) => number): BatchCalibrator {
  let histogram: TorchHistogram | null = null;
  const before = { values: 0, amax: 0 };
  return {
    collectAll({ values, batches }) {
      if (values.length === 0) return;
      const size = values.length / batches;
      let first = 0;
      for (const amax of finiteRanges(values, batches).map(amaxOf)) {
        if (histogram) break;
        const batch = values.subarray(first * size, (first + 1) * size);
        if (amax >= leastAmax) histogram = firstHistogram(batch, before.values);
        else {
          before.values += size;
          before.amax = Math.max(before.amax, amax);
        }
        first++;
      }
      if (histogram && first < batches)
        histogram = addToHistogram(histogram, { values: values.subarray(first * size), batches: batches - first });
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
