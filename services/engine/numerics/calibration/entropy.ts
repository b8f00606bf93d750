import { mostBins } from '../../kernels/calibration-memory.ts';
import type { BatchCalibrator, CalibratedDtype } from './calibrator.ts';
import { entropyThreshold } from './entropy-threshold.ts';
import { precisions } from './precision.ts';
import { addBatches, type SignedHistogram } from './signed-histogram.ts';

/**
 * ModelOpt's `entropy`: a histogram of the values, batch after batch, then the range that loses least. The result
 * depends on the order and the size of the batches, as it does there; float16 tensors are counted in float16.
 */
export function entropyCalibrator(dtype: CalibratedDtype): BatchCalibrator {
  const precision = precisions[dtype];
  let histogram: SignedHistogram | null = null;
  return {
    collectAll(batches) {
      histogram = addBatches(histogram, batches, precision);
    },
    range() {
      if (!histogram) return { min: 0, max: 0 };
      const { min, max } = entropyThreshold(histogram, precision);
      return { min, max };
    },
    departures() {
      if (!histogram?.merges) return [];
      return [
        `Bins of the tensor's histogram were merged in pairs ${histogram.merges} times: its first batch was so small beside a later one that more than ${mostBins} bins, or bins narrower than ${dtype} can tell apart, would have been needed.`,
      ];
    },
  };
}
