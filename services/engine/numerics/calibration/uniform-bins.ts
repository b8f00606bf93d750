import type { UniformBins } from '../../kernels/kernels.ts';
import type { Precision } from './precision.ts';

/**
 * The bins of np.histogram(x, bins, range=(-T, T)) for numbers of a dtype; null if some edges coincide, which NumPy
 * refuses. T = 0 means edges from -1/2 to 1/2.
 */
export function uniformBins(threshold: number, bins: number, precision: Precision): UniformBins | null {
  const range = threshold === 0 ? 0.5 : threshold;
  const { round } = precision;
  const span = round(2 * range);
  // NumPy gets infinite edges here; a mask of the lowest finite number is no reason to fail.
  if (!Number.isFinite(span)) return firstBins(range, bins, precision);
  const step = round(span / bins);
  const at = step === 0 ? (i: number) => round(round(i / bins) * span) : (i: number) => round(round(i) * step);
  return increasing(range, precision, {
    edges: filled(bins + 1, (i) => round(at(i) - range)),
    formula: { shift: 0, step, base: range },
  });
}

/** Of the first batch, whose range ModelOpt hands over in f64: only the finished edges are rounded. */
export function firstBins(threshold: number, bins: number, precision: Precision): UniformBins | null {
  const range = threshold === 0 ? 0.5 : threshold;
  const step = (2 * range) / bins;
  return increasing(range, precision, {
    edges: filled(bins + 1, (i) => precision.round(i * step - range)),
    // T / 64 is exact, and so is its product with i - 64 before it is rounded.
    formula: bins === 128 ? { shift: 64, step, base: 0 } : null,
  });
}

/** A histogram that grows asks for edges again and again, and `Float32Array.from` takes ten times as long. */
function filled(length: number, edge: (i: number) => number): Float32Array {
  const edges = new Float32Array(length);
  for (let i = 0; i < length; i++) edges[i] = edge(i);
  return edges;
}

const leastNormal = 2 ** -126;

function increasing(
  range: number,
  { dtype, round }: Precision,
  { edges, formula }: Pick<UniformBins, 'edges' | 'formula'>,
): UniformBins | null {
  edges[edges.length - 1] = range;
  for (let i = 1; i < edges.length; i++) if (!((edges[i - 1] ?? 0) < (edges[i] ?? 0))) return null;
  const factor = Number.isFinite(round(2 * range)) ? 1 : 0.5;
  const isEven = edges.length % 2 === 1;
  const follows = dtype === 'float32' && factor === 1 && isEven && formula && formula.step >= leastNormal;
  return { edges, dtype, span: round(2 * range * factor), factor, formula: follows ? formula : null };
}
