import type { LinearBins, UniformBins } from '../../kernels/kernels.ts';
import { roundToFloat16 } from '../float16.ts';

const rounding = { float32: Math.fround, float16: roundToFloat16 } as const;

/** np.histogram over uniform edges, one value at a time. */
export function uniformHistogram(values: Float32Array, { edges, dtype, span, factor }: UniformBins): Uint32Array {
  const round = rounding[dtype];
  const bins = edges.length - 1;
  const counts = new Uint32Array(bins);
  const edge = (i: number) => edges[i] ?? Number.NaN;
  for (const x of values) {
    if (!(x >= edge(0) && x <= edge(bins))) continue;
    const offset = round(Math.fround(x * factor) - Math.fround(edge(0) * factor));
    let index = Math.min(Math.trunc(round(Math.fround(round(Math.fround(offset / span)) * bins))), bins - 1);
    if (x < edge(index)) index--;
    if (x >= edge(index + 1) && index !== bins - 1) index++;
    counts[index] = (counts[index] ?? 0) + 1;
  }
  return counts;
}

/** Bin trunc(|x| * scale), at most the last; NaN counts as 0. */
export function magnitudeHistogram(values: Float32Array, bins: number, scale: number): Uint32Array {
  const counts = new Uint32Array(bins);
  for (const x of values) {
    const index = Number.isNaN(x) ? 0 : Math.min(Math.trunc(Math.abs(x) * scale), bins - 1);
    counts[index] = (counts[index] ?? 0) + 1;
  }
  return counts;
}

/** torch.histc of |x| over [0, last], one value at a time. */
export function linearHistogram(values: Float32Array, { bins, last }: LinearBins): Uint32Array {
  const counts = new Uint32Array(bins);
  const factor = last > 2 ** 100 ? 2 ** -64 : 1;
  const end = Math.fround(last) * factor;
  for (const value of values) {
    const x = Math.fround(Math.abs(value) * factor);
    if (!(x <= end)) continue;
    const index = Math.min(Math.trunc(Math.fround(Math.fround(x * bins) / end)), bins - 1);
    counts[index] = (counts[index] ?? 0) + 1;
  }
  return counts;
}
