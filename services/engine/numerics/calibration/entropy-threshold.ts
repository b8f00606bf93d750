import { divergence, quantizedBins } from '../../kernels/kernels.ts';
import type { CalibratedRange } from './calibrator.ts';
import type { Precision } from './precision.ts';
import type { SignedHistogram } from './signed-histogram.ts';

export type EntropyThreshold = CalibratedRange & {
  /** The bins `start … end - 1` are kept, the others clipped. */
  readonly start: number;
  readonly end: number;
};

/**
 * The range whose histogram, quantized to 128 bins, has the least Kullback-Leibler divergence from what it was with
 * everything outside clipped into its ends. Candidates are i bins on each side of the middle, i = 64 … bins / 2, the
 * first of the best wins; so the range never gets below that of the first batch, and one batch gives its maximum.
 * Time grows with the square of the bins: 2,048 take about ten milliseconds, 32,768 one or two seconds, in which
 * nothing else runs on the thread. `divergenceOf` is the kernel, or its reference to compare with.
 * Source: onnxruntime/python/tools/quantization/calibrate.py, `get_entropy_threshold`.
 */
export function entropyThreshold(
  histogram: SignedHistogram,
  { round }: Precision,
  divergenceOf: typeof divergence = divergence,
): EntropyThreshold {
  const { counts, edges, seen } = histogram;
  const totals = runningTotals(counts);
  const middle = counts.length >> 1;
  let best = { start: 0, end: counts.length, divergence: Number.POSITIVE_INFINITY };
  for (let i = quantizedBins / 2; i <= middle; i++) {
    const start = middle - i;
    const end = Math.min(middle + i + 1, counts.length);
    // ONNX Runtime keeps divergences in the dtype of the edges.
    const clipped = clip(totals, start, end);
    const candidate = round(divergenceOf(clipped, quantize(totals, { start, end, clipped })));
    if (i === quantizedBins / 2 || candidate < best.divergence) best = { start, end, divergence: candidate };
  }
  return {
    start: best.start,
    end: best.end,
    min: Math.max(edges[best.start] ?? 0, seen.min),
    max: Math.min(edges[best.end] ?? 0, seen.max),
  };
}

type Totals = {
  readonly counts: Float32Array;
  /** [bins + 1] each: of all bins before. */
  readonly sums: Float64Array;
  readonly occupied: Uint32Array;
};

function runningTotals(counts: Float64Array): Totals {
  const sums = new Float64Array(counts.length + 1);
  const occupied = new Uint32Array(counts.length + 1);
  for (let bin = 0; bin < counts.length; bin++) {
    const count = counts[bin] ?? 0;
    sums[bin + 1] = (sums[bin] ?? 0) + count;
    occupied[bin + 1] = (occupied[bin] ?? 0) + (count === 0 ? 0 : 1);
  }
  return { counts: Float32Array.from(counts), sums, occupied };
}

/** The bins `start … end - 1`; the first and the last also hold what lies beyond them. */
function clip({ counts, sums }: Totals, start: number, end: number): Float32Array {
  const clipped = counts.slice(start, end);
  clipped[0] = sums[start + 1] ?? 0;
  const last = (sums[counts.length] ?? 0) - (sums[end - 1] ?? 0);
  clipped[clipped.length - 1] = last;
  return clipped;
}

type Candidate = { readonly start: number; readonly end: number; readonly clipped: Float32Array };

/** Runs of neighbours become their mean over the bins that hold something, without what was clipped, but with its bins. */
function quantize({ counts, sums, occupied }: Totals, { start, end, clipped }: Candidate) {
  const merged = Math.floor((end - start) / quantizedBins);
  const quantized = new Float32Array(quantizedBins);
  for (let run = 0; run < quantizedBins; run++) {
    const from = start + run * merged;
    const to = from + merged;
    const holds = (sums[run === quantizedBins - 1 ? end : to] ?? 0) - (sums[from] ?? 0);
    let bins = (occupied[to] ?? 0) - (occupied[from] ?? 0);
    if (run === 0 && counts[start] === 0 && clipped[0] !== 0) bins++;
    if (to === end && counts[end - 1] === 0 && clipped[clipped.length - 1] !== 0) bins++;
    if (bins > 0) quantized[run] = Math.trunc(holds / bins);
  }
  return { quantized, merged };
}
