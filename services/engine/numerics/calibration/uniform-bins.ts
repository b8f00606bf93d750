import type { UniformBins } from '../../kernels/kernels.ts';
import { type Precision, saturate } from './precision.ts';

/**
 * The bins of np.histogram(x, bins, range=(-T, T)) for numbers of a dtype; null if some edges coincide, which NumPy
 * refuses. T = 0 means edges from -1/2 to 1/2.
 */
export function uniformBins(threshold: number, bins: number, precision: Precision): UniformBins | null {
  const range = threshold === 0 ? 0.5 : threshold;
  const { round } = precision;
  const span = round(2 * range);
  // NumPy gets infinite edges here; a mask of the lowest finite number is no reason to fail.
  if (!Number.isFinite(span)) return bounded(exactEdges(range, bins, precision), precision, 0.5);
  const step = round(span / bins);
  const at = step === 0 ? (i: number) => round(round(i / bins) * span) : (i: number) => round(round(i) * step);
  const edges = Float32Array.from({ length: bins + 1 }, (_, i) => round(at(i) - range));
  edges[bins] = range;
  return bounded(edges, precision, 1);
}

/** Of the first batch, whose range ModelOpt hands over in f64: only the finished edges are rounded. */
export function firstBins(threshold: number, bins: number, precision: Precision): UniformBins | null {
  const range = threshold === 0 ? 0.5 : threshold;
  const factor = Number.isFinite(precision.round(2 * range)) ? 1 : 0.5;
  return bounded(exactEdges(range, bins, precision), precision, factor);
}

function exactEdges(range: number, bins: number, { round }: Precision): Float32Array {
  const step = (2 * range) / bins;
  const edges = Float32Array.from({ length: bins + 1 }, (_, i) => round(i * step - range));
  edges[bins] = range;
  return edges;
}

function bounded(edges: Float32Array, precision: Precision, factor: 1 | 0.5): UniformBins | null {
  for (let i = 1; i < edges.length; i++) if (!((edges[i - 1] ?? 0) < (edges[i] ?? 0))) return null;
  const last = edges[edges.length - 1] ?? 0;
  return { edges, dtype: precision.dtype, span: saturate(2 * last * factor, precision), factor };
}
