import { mostBins } from '../../kernels/calibration-memory.ts';
import { linearHistogram } from '../../kernels/kernels.ts';
import { torchLinspace } from '../torch-linspace.ts';
import type { EqualBatches } from './calibrator.ts';
import { amaxOf, finiteRange, finiteRanges } from './finite-range.ts';

/**
 * Equal bins over the magnitudes, as ModelOpt's HistogramCalibrator collects them with torch: the first batch sets the
 * width, larger values of later ones add bins of that width. Counts are exact, where torch's float32 stops at 2^24.
 * Source: modelopt/torch/quantization/calib/histogram.py, `HistogramCalibrator.collect`.
 */
export type TorchHistogram = {
  /** [bins] */
  readonly counts: Float64Array;
  /** Mostly [bins + 1]; rounding may give torch.arange one more or one less. */
  readonly edges: Float32Array;
  readonly width: number;
  /** How often neighbouring bins became one, because there would have been too many. */
  readonly merges: number;
};

const firstBins = 2048;

/** Below it a bin has no normal width, and torch fails. Such a batch counts as zeros. */
export const leastAmax = 2 ** -100;

/** RangeError if a value is NaN or infinite. `zeros` that came before are in the first bin. */
export function firstHistogram(values: Float32Array, zeros: number): TorchHistogram {
  const amax = amaxOf(finiteRange(values));
  const counts = Float64Array.from(linearHistogram(values, { bins: firstBins, last: amax }));
  counts[0] = (counts[0] ?? 0) + zeros;
  return { counts, edges: torchLinspace(0, amax, firstBins + 1), width: Math.fround(amax / firstBins), merges: 0 };
}

/**
 * The histogram with more batches in it: one after the other, but those in a row that do not outgrow it at once. RangeError if a value is NaN or infinite.
 */
export function addToHistogram(histogram: TorchHistogram, { values, batches }: EqualBatches): TorchHistogram {
  const size = values.length / batches;
  let wide = histogram;
  let counted = 0;
  const countUpTo = (end: number) => {
    if (counted < end) wide = withCounts(wide, values.subarray(counted * size, end * size));
    counted = end;
  };
  for (const [batch, range] of finiteRanges(values, batches).entries()) {
    const amax = amaxOf(range);
    if (amax <= lastOf(wide)) continue;
    countUpTo(batch);
    wide = grown(wide, amax);
  }
  countUpTo(batches);
  return wide;
}

function withCounts(histogram: TorchHistogram, values: Float32Array): TorchHistogram {
  const fresh = linearHistogram(values, { bins: histogram.counts.length, last: lastOf(histogram) });
  return { ...histogram, counts: histogram.counts.map((count, bin) => count + (fresh[bin] ?? 0)) };
}

const lastOf = ({ edges }: TorchHistogram): number => edges.at(-1) ?? 0;

function grown(histogram: TorchHistogram, amax: number): TorchHistogram {
  const bins = Math.ceil(Math.fround(amax / histogram.width));
  if (bins > mostBins) return grown(merged(histogram), amax);
  const { width, counts } = histogram;
  const larger = new Float64Array(Math.max(bins, counts.length));
  larger.set(counts);
  return { ...histogram, counts: larger, edges: arange(amax, width) };
}

/** Pairs of neighbours become one. */
function merged({ counts, width, merges }: TorchHistogram): TorchHistogram {
  const half = Float64Array.from(
    { length: Math.ceil(counts.length / 2) },
    (_, bin) => (counts[2 * bin] ?? 0) + (counts[2 * bin + 1] ?? 0),
  );
  const wider = 2 * width;
  const edges = Float32Array.from({ length: half.length + 1 }, (_, i) => Math.min(i * wider, greatest));
  return { counts: half, edges, width: wider, merges: merges + 1 };
}

/**
 * torch.arange(0, amax + width, width): counted and multiplied in f64; but where sixteen are made at once, each half of
 * them starts from a rounded product.
 */
function arange(amax: number, width: number): Float32Array {
  const end = Math.fround(amax + width);
  const length = Math.ceil((Number.isFinite(end) ? end : amax + width) / width);
  const together = length - (length % 16);
  return Float32Array.from({ length }, (_, i) =>
    Math.min(i < together ? Math.fround((i - (i % 8)) * width) + (i % 8) * width : i * width, greatest),
  );
}

/** Of float32: an infinite edge would hold nothing. */
const greatest = 3.4028234663852886e38;
