import type { Plan, PlannedTensor } from '#contract/plan.ts';

/** `int8 per-channel along axis 0`, with the number of layers where a plan has several ways; null if it has none. */
export function plannedAs(plan: Plan | null, of: 'weights' | 'activations'): string | null {
  const counts = new Map<string, number>();
  for (const layer of plan?.layers ?? []) {
    const tensor = layer[of];
    if (layer.verdict !== 'quantized' || !tensor || tensor.dtype === 'native') continue;
    const words = describe(tensor);
    counts.set(words, (counts.get(words) ?? 0) + 1);
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
