import type { CoarseHistogram } from '../../kernels/divergence.ts';

const f32 = Math.fround;

/** ONNX Runtime's `smooth_distribution` of both and `entropy` between them, rounded to f32 as NumPy rounds. */
export function divergence(counts: Float32Array, { quantized, merged }: CoarseHistogram): number {
  const coarse = new Float32Array(counts.length);
  for (const [i, value] of quantized.entries()) coarse.fill(value, i * merged, (i + 1) * merged);
  const p = normalize(smooth(counts));
  const q = normalize(smooth(coarse));
  if (!p || !q) return Number.POSITIVE_INFINITY;
  return pairwiseSum(p.map((share, i) => f32(share * f32(Math.log(f32(share / (q[i] ?? 0)))))));
}

function smooth(counts: Float32Array): Float32Array | null {
  const zeros = counts.filter((count) => count === 0).length;
  const taken = f32((0.0001 * zeros) / (counts.length - zeros));
  return taken < 1 ? counts.map((count) => (count === 0 ? 0.0001 : count - taken)) : null;
}

function normalize(distribution: Float32Array | null): Float32Array | null {
  if (!distribution) return null;
  const total = pairwiseSum(distribution);
  return distribution.map((x) => x / total);
}

/** NumPy's: up to 128 elements by eight accumulators, more in two halves, the first a multiple of eight. At least 8. */
function pairwiseSum(x: Float32Array): number {
  if (x.length > 128) {
    const half = (x.length >> 1) & ~7;
    return f32(pairwiseSum(x.subarray(0, half)) + pairwiseSum(x.subarray(half)));
  }
  const whole = x.length & ~7;
  const r = x.slice(0, 8);
  for (let i = 8; i < whole; i++) r[i & 7] = (r[i & 7] ?? 0) + (x[i] ?? 0);
  const pair = (i: number) => f32((r[i] ?? 0) + (r[i + 1] ?? 0));
  const total = f32(f32(pair(0) + pair(2)) + f32(pair(4) + pair(6)));
  return x.subarray(whole).reduce((sum, value) => f32(sum + value), total);
}
