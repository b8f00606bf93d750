import type { Verdict } from '#dashboard/graphql/generated/graphql.ts';

type Counts = {
  readonly quantizedLayers: number;
  readonly inputsOnlyLayers: number;
  readonly nativeLayers: number;
  readonly skippedLayers: number;
};

export const verdicts = {
  QUANTIZED: { label: 'Quantized', color: 'petrol', variant: 'light', count: 'quantizedLayers' },
  INPUTS: { label: 'Inputs only', color: 'petrol', variant: 'outline', count: 'inputsOnlyLayers' },
  NATIVE: { label: 'Native', color: 'gray', variant: 'light', count: 'nativeLayers' },
  SKIPPED: { label: 'Skipped', color: 'yellow', variant: 'light', count: 'skippedLayers' },
} as const satisfies Record<Verdict, { label: string; color: string; variant: string; count: keyof Counts }>;

/** From what is quantized most to what is not at all; a column is sorted so too. */
export const verdictOrder: readonly Verdict[] = ['QUANTIZED', 'INPUTS', 'NATIVE', 'SKIPPED'];

/** The verdicts to choose from, with how many layers have each. torchao never leaves inputs alone, and is not offered it. */
export function verdictCounts(counts: Counts): readonly { verdict: Verdict; label: string; layers: number }[] {
  return verdictOrder
    .map((verdict) => ({ verdict, label: verdicts[verdict].label, layers: counts[verdicts[verdict].count] }))
    .filter(({ verdict, layers }) => verdict !== 'INPUTS' || layers > 0);
}

/** “3 inputs only, 20 native, 0 skipped”: what an outcome says of the layers whose weights are not quantized. */
export function otherVerdicts(counts: Omit<Counts, 'quantizedLayers'>): string {
  return verdictCounts({ ...counts, quantizedLayers: 0 })
    .filter(({ verdict }) => verdict !== 'QUANTIZED')
    .map(({ label, layers }) => `${layers} ${label.toLowerCase()}`)
    .join(', ');
}
