import type { PlannedTensor } from '#contract/plan.ts';
import type { PlannedWay } from './planned-ways.ts';

/** `int8 per-channel along axis 0`, with the number of layers where a plan has several ways; null if it has none. */
export function plannedAs(ways: readonly PlannedWay[], of: 'weights' | 'activations'): string | null {
  const counts = new Map<string, number>();
  for (const way of ways) {
    const tensor = way[of];
    if (!tensor || tensor.dtype === 'native') continue;
    const words = describe(tensor);
    counts.set(words, (counts.get(words) ?? 0) + way.layers);
  }
  if (counts.size <= 1) return [...counts.keys()][0] ?? null;
  return [...counts].map(([words, count]) => `${words} (${count})`).join(', ');
}

function describe({ dtype, granularity, axis, groupSize }: PlannedTensor): string {
  if (granularity === 'per-group' && groupSize !== undefined) return `${dtype} per-group of ${groupSize}`;
  return granularity === 'per-channel' && axis !== null
    ? `${dtype} per-channel along axis ${axis}`
    : `${dtype} ${granularity}`;
}
