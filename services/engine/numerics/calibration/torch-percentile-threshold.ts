import type { TorchHistogram } from './torch-histogram.ts';

/**
 * The lower edge of the first bin up to whose end `percentile` of 100 values lie; of 100, that of the last bin that
 * holds something, or the end of all if rounding keeps the sum of shares below 1.
 * Source: modelopt/torch/quantization/calib/histogram.py, `_compute_amax_percentile`.
 */
export function torchPercentileThreshold({ counts, edges }: TorchHistogram, percentile: number): number {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const share = percentile / 100;
  let below = 0;
  // Shares are summed, not counts: NumPy's cumsum of hist / total.
  const bin = counts.findIndex((count) => {
    below += count / total;
    return below >= share;
  });
  return edges[Math.min(bin < 0 ? counts.length : bin, edges.length - 1)] ?? 0;
}
