import type { TorchHistogram } from './torch-histogram.ts';

/** What int8 has on each side of zero. */
const levels = 128;

/** Two candidates whose quick divergences differ by less are computed as ModelOpt computes them. */
const doubt = 1e-9;

/**
 * The edge `i` (128 … bins) at which to clip |x| so that the histogram, quantized to 128 levels, has the least
 * Kullback-Leibler divergence from the clipped one; of equals the last, and a candidate that has none (nothing below
 * it) counts as the least, as NaN does for NumPy. The first bin is taken to hold what the second holds.
 * Sums over runs of bins tell the divergence of a candidate in 128 steps; only those next to the least are computed
 * bin by bin, so time grows with the bins, not with their square.
 * Source: modelopt/torch/quantization/calib/histogram.py, `_compute_amax_entropy`.
 */
export function torchEntropyThreshold({ counts, edges }: TorchHistogram): number {
  const bins = Float64Array.from(counts);
  bins[0] = bins[1] ?? 0;
  const totals = runningTotals(bins);
  const quick = Float64Array.from({ length: bins.length - levels + 1 }, (_, i) => quickDivergence(totals, i + levels));
  const none = quick.findLastIndex(Number.isNaN);
  if (none >= 0) return edgeAt(edges, none + levels);
  const bound = quick.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY) + doubt;
  let best = { edge: bins.length, divergence: Number.POSITIVE_INFINITY };
  for (let edge = bins.length; edge >= levels; edge--) {
    if (!((quick[edge - levels] ?? 0) <= bound)) continue;
    const value = divergence(bins, edge);
    if (value < best.divergence) best = { edge, divergence: value };
  }
  return edgeAt(edges, best.edge);
}

const edgeAt = (edges: Float32Array, index: number): number => edges[Math.min(index, edges.length - 1)] ?? 0;

type Totals = {
  readonly bins: Float64Array;
  /** [bins + 1] each: of all bins before. */
  readonly sums: Float64Array;
  readonly occupied: Uint32Array;
  /** Of n ln n. */
  readonly logs: Float64Array;
};

function runningTotals(bins: Float64Array): Totals {
  const sums = new Float64Array(bins.length + 1);
  const occupied = new Uint32Array(bins.length + 1);
  const logs = new Float64Array(bins.length + 1);
  for (const [bin, count] of bins.entries()) {
    sums[bin + 1] = (sums[bin] ?? 0) + count;
    occupied[bin + 1] = (occupied[bin] ?? 0) + (count === 0 ? 0 : 1);
    logs[bin + 1] = (logs[bin] ?? 0) + xLogX(count);
  }
  return { bins, sums, occupied, logs };
}

const xLogX = (x: number): number => (x === 0 ? 0 : x * Math.log(x));

/** The run of bins that the level stands for starts at this bin: floor(k * 128 / edge) is the level of bin k. */
const startOf = (level: number, edge: number): number => Math.ceil((level * edge) / levels);

/** NaN where nothing is below the edge, infinite where the last bin below it is empty and something above it is not. */
function quickDivergence({ bins, sums, occupied, logs }: Totals, edge: number): number {
  const all = sums[bins.length] ?? 0;
  const below = sums[edge] ?? 0;
  if (below === 0) return Number.NaN;
  const last = bins[edge - 1] ?? 0;
  const beyond = all - below;
  if (beyond > 0 && last === 0) return Number.POSITIVE_INFINITY;
  let crossed = 0;
  let lastMean = 0;
  for (let level = 0; level < levels; level++) {
    const [from, to] = [startOf(level, edge), startOf(level + 1, edge)];
    const holds = (sums[to] ?? 0) - (sums[from] ?? 0);
    if (holds === 0) continue;
    lastMean = holds / ((occupied[to] ?? 0) - (occupied[from] ?? 0));
    crossed += holds * Math.log(lastMean);
  }
  if (beyond > 0) crossed += beyond * Math.log(lastMean);
  const own = (logs[edge] ?? 0) - xLogX(last) + xLogX(last + beyond);
  return (own - crossed) / all + Math.log(below / all);
}

/** scipy.stats.entropy(reference, quantized) as NumPy sums it, in f64. */
function divergence(bins: Float64Array, edge: number): number {
  const reference = bins.slice(0, edge);
  reference[edge - 1] = (reference[edge - 1] ?? 0) + bins.subarray(edge).reduce((sum, count) => sum + count, 0);
  const quantized = new Float64Array(edge);
  for (let level = 0; level < levels; level++) {
    const [from, to] = [startOf(level, edge), startOf(level + 1, edge)];
    const run = bins.subarray(from, to);
    const occupied = run.reduce((count, x) => count + (x === 0 ? 0 : 1), 0);
    const mean = run.reduce((sum, x) => sum + x, 0) / occupied;
    for (let bin = from; bin < to; bin++) quantized[bin] = bins[bin] === 0 ? 0 : mean;
  }
  const [p, q] = [normalized(reference), normalized(quantized)];
  return pairwiseSum(p.map((share, bin) => relativeEntropy(share, q[bin] ?? 0)));
}

function normalized(distribution: Float64Array): Float64Array {
  const total = pairwiseSum(distribution);
  return distribution.map((x) => x / total);
}

/** SciPy's rel_entr of two numbers that are not negative. */
function relativeEntropy(x: number, y: number): number {
  if (x === 0) return 0;
  if (y === 0) return Number.POSITIVE_INFINITY;
  const ratio = x / y;
  return ratio > 0.5 && ratio < 2 ? x * Math.log1p((x - y) / y) : x * Math.log(ratio);
}

/** NumPy's: up to 128 elements by eight accumulators, more in two halves, the first a multiple of eight. At least 8. */
function pairwiseSum(x: Float64Array): number {
  if (x.length > 128) {
    const half = (x.length >> 1) & ~7;
    return pairwiseSum(x.subarray(0, half)) + pairwiseSum(x.subarray(half));
  }
  const whole = x.length & ~7;
  const r = x.slice(0, 8);
  for (let i = 8; i < whole; i++) r[i & 7] = (r[i & 7] ?? 0) + (x[i] ?? 0);
  const pair = (i: number) => (r[i] ?? 0) + (r[i + 1] ?? 0);
  const total = pair(0) + pair(2) + (pair(4) + pair(6));
  return x.subarray(whole).reduce((sum, value) => sum + value, total);
}
