import { mostBins } from '../../kernels/calibration-memory.ts';
import { type UniformBins, uniformHistogram } from '../../kernels/kernels.ts';
import type { CalibratedRange, EqualBatches } from './calibrator.ts';
import { amaxOf, finiteRanges, union } from './finite-range.ts';
import { floorDivide, type Precision, saturate } from './precision.ts';
import { firstBins, uniformBins } from './uniform-bins.ts';

/** A histogram from -T to T that grows by whole bins on both sides; an even number of bins, at least 128. */
export type SignedHistogram = {
  /** [bins]; in f64, since they may exceed 2^32. */
  readonly counts: Float64Array;
  /** [bins + 1]: what thresholds are taken from. Where the first batch was not outgrown they are its own. */
  readonly edges: Float32Array;
  /** T; 0 as long as every value was. */
  readonly threshold: number;
  /** What later batches are counted in. */
  readonly bins: UniformBins;
  /** How often pairs of bins had to be merged. */
  readonly merges: number;
  readonly seen: CalibratedRange;
};

const firstCount = 128;

/**
 * The histogram with one more batch in it, as ONNX Runtime's HistogramCollector has it when ModelOpt hands it batch
 * after batch: 128 bins over the first batch; a batch that goes beyond T adds bins of the same width. The counts of the
 * histogram that is given are taken over.
 *
 * Where that fails or never ends, this goes on: beyond `mostBins` bins (a first batch 256 times smaller than a later
 * one), or where edges would coincide in the tensor's dtype, pairs of bins are merged until they fit; a first batch
 * too small for 128 different edges counts as zeros.
 * Source: onnxruntime/python/tools/quantization/calibrate.py `merge_histogram`; modelopt ort_patching.py `_collect_value`.
 */
export function addBatch(
  histogram: SignedHistogram | null,
  values: Float32Array,
  precision: Precision,
): SignedHistogram {
  return addBatches(histogram, { values, batches: 1 }, precision);
}

/** What `addBatch` makes of one after the other; batches in a row that do not outgrow the histogram are counted at once. */
export function addBatches(
  histogram: SignedHistogram | null,
  { values, batches }: EqualBatches,
  precision: Precision,
): SignedHistogram {
  const size = values.length / batches;
  const ranges = finiteRanges(values, batches);
  let fitting: Fitting | null = histogram;
  let counted = 0;
  const countUpTo = (end: number) => {
    if (fitting && counted < end) addCounts(fitting.counts, values.subarray(counted * size, end * size), fitting.bins);
    counted = end;
  };
  for (const [batch, range] of ranges.entries()) {
    const amax = amaxOf(range);
    if (!fitting) {
      const { first, ...begun } = begin(amax, precision);
      addCounts(begun.counts, values.subarray(0, size), first);
      [fitting, counted] = [begun, 1];
    } else if (amax > fitting.threshold) {
      countUpTo(batch);
      fitting = widen(fitting, amax, precision);
    }
  }
  countUpTo(batches);
  const seen = [...(histogram ? [histogram.seen] : []), ...ranges].reduce(union);
  if (!fitting) throw new RangeError(`${batches} batches hold nothing to count`);
  return { ...fitting, seen };
}

function addCounts(counts: Float64Array, values: Float32Array, bins: UniformBins): void {
  const fresh = uniformHistogram(values, bins);
  for (let bin = 0; bin < counts.length; bin++) counts[bin] = (counts[bin] ?? 0) + (fresh[bin] ?? 0);
}

type Fitting = Omit<SignedHistogram, 'seen'>;

/** `first`: what the first batch is counted in, and no other. */
function begin(amax: number, precision: Precision): Fitting & { readonly first: UniformBins } {
  const first = firstBins(amax, firstCount, precision);
  if (!first) return begin(0, precision);
  const bins = uniformBins(amax, firstCount, precision) ?? first;
  const counts = new Float64Array(firstCount);
  return { counts, edges: first.edges, threshold: amax, bins, merges: 0, first };
}

function widen(fitting: Fitting, amax: number, precision: Precision): Fitting {
  if (fitting.threshold !== 0) return grow(fitting, amax, precision);
  const bins = uniformBins(amax, firstCount, precision);
  return bins ? { ...fitting, edges: bins.edges, threshold: amax, bins } : fitting;
}

type Counted = Pick<SignedHistogram, 'counts' | 'threshold' | 'merges'>;

function grow(histogram: Counted, amax: number, precision: Precision): Fitting {
  const { added, threshold } = growth(histogram, amax, precision);
  const length = histogram.counts.length + 2 * added;
  const bins = length <= mostBins ? uniformBins(threshold, length, precision) : null;
  if (!bins) return grow(mergePairs(histogram, precision), amax, precision);
  const counts = new Float64Array(length);
  counts.set(histogram.counts, added);
  return { counts, edges: bins.edges, threshold, bins, merges: histogram.merges };
}

/** How many bins of the present width each side needs, and T then. */
function growth({ counts, threshold }: Counted, amax: number, precision: Precision) {
  const { round } = precision;
  if (amax <= threshold) return { added: 0, threshold };
  const stride = round(round(2 * threshold) / counts.length);
  const added = floorDivide(round(amax - threshold), stride, precision);
  const whole = round(added + 1);
  const grown = round(round(whole * stride) + threshold);
  if (Number.isFinite(grown)) return { added: whole, threshold: grown };
  // The width is beyond the dtype, or so far below T that it is 0 there.
  const exact = Math.floor((amax - threshold) / ((2 * threshold) / counts.length)) + 1;
  return { added: exact, threshold: saturate(threshold + (exact * 2 * threshold) / counts.length, precision) };
}

/** Bins of twice the width, two into one on either side of zero; 128 bins stay 128 and reach twice as far. */
function mergePairs({ counts, threshold, merges }: Counted, precision: Precision): Counted {
  const half = counts.length / 2;
  const newHalf = Math.max(firstCount / 2, Math.ceil(half / 2));
  const merged = new Float64Array(2 * newHalf);
  for (let distance = 0; distance < half; distance++) {
    const to = distance >> 1;
    merged[newHalf + to] = (merged[newHalf + to] ?? 0) + (counts[half + distance] ?? 0);
    merged[newHalf - 1 - to] = (merged[newHalf - 1 - to] ?? 0) + (counts[half - 1 - distance] ?? 0);
  }
  const reach = saturate((newHalf * 2 * threshold) / half, precision);
  return { counts: merged, threshold: reach, merges: merges + 1 };
}
