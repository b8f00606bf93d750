import type { LayerCounts } from './outcome.ts';

/** “12 quantized, 3 inputs only, 20 native, 0 skipped”. No backend that leaves inputs alone is said to have none. */
export function verdictWords({ quantized, inputs = 0, native, skipped }: LayerCounts): string {
  const alone = inputs > 0 ? [`${inputs} inputs only`] : [];
  return [`${quantized} quantized`, ...alone, `${native} native`, `${skipped} skipped`].join(', ');
}
