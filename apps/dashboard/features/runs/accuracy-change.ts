import { formatCount, formatPoints } from '#dashboard/ui/format/number.ts';

type Score = { readonly correct: number; readonly total: number };

export type AccuracyChange = {
  /** “−0.07 points, 1 of 1,488 samples”. */
  readonly words: string;
  /** `chance`: another draw of as many samples could bring it by itself. */
  readonly kind: 'none' | 'chance' | 'gain' | 'small loss' | 'loss';
};

/** What quantization did to the accuracy on one set of samples. */
export function accuracyChange(float: Score, quantized: Pick<Score, 'correct'>): AccuracyChange {
  const samples = quantized.correct - float.correct;
  const fraction = samples / Math.max(1, float.total);
  const words = formatPoints(fraction);
  if (samples === 0) return { words, kind: 'none' };
  const isChance = Math.abs(fraction) <= chanceOf(float.correct / float.total, float.total);
  return {
    words: `${words}, ${formatCount(Math.abs(samples))} of ${formatCount(float.total)} samples`,
    kind: isChance ? 'chance' : fraction > 0 ? 'gain' : fraction < -0.01 ? 'loss' : 'small loss',
  };
}

/** How far an accuracy lies by chance: one standard error, √(p(1 − p)/n), and one sample at least. */
export function chanceOf(accuracy: number, samples: number): number {
  return Math.max(1 / samples, Math.sqrt((accuracy * (1 - accuracy)) / samples));
}
