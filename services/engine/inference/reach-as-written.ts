import { dtypes } from '#engine/formats/dtype.ts';
import { rowRange } from '#engine/kernels/kernels.ts';
import type { FirstSight } from './first-batch.ts';
import { floats } from './tensor-value.ts';
import type { ValueRun } from './value-runs.ts';

/**
 * In the run that begins with the first batch, whose values fused kernels computed: the largest magnitude of each tensor in
 * that batch becomes what it is as the graph is written. In place.
 *
 * The histogram of `entropy` begins with it, and each later edge follows from its last bit. The edge in the middle is
 * zero or, by rounding, a little more; so that bit decides whether zeros, of which a Relu makes many, are counted above
 * or below it, and the threshold may be half of what it would be.
 */
export function reachAsWritten({ values, counts }: ValueRun, first: ReadonlyMap<string, FirstSight>): void {
  const samples = counts.reduce((sum, count) => sum + count, 0);
  for (const [tensor, value] of values) {
    const reach = first.get(tensor)?.reach ?? null;
    if (reach === null || value.dtype !== 'float32') continue;
    const elements = value.bytes.length / dtypes.float32.bytes;
    reachExactly(floats(value).subarray(0, (elements * (counts[0] ?? 0)) / samples), reach);
  }
}

/** Nothing changes where the two differ by more than the order of sums can tell, as in a graph that draws numbers. */
export function reachExactly(values: Float32Array, reach: number): void {
  const { min, max } = rowRange(values, 1, values.length);
  const own = Math.max(-(min[0] ?? 0), max[0] ?? 0);
  if (own === reach || !(Math.abs(own - reach) <= rounding * reach)) return;
  if (own < reach) {
    const largest = values.findIndex((x) => Math.abs(x) === own);
    values[largest] = Math.sign(values[largest] ?? 0) * reach;
  } else for (let i = 0; i < values.length; i++) values[i] = Math.max(-reach, Math.min(reach, values[i] ?? 0));
}

/** Of the largest magnitude. */
const rounding = 1e-4;
