import type { OptionCard } from './option-card.ts';

/** Of every backend that calibrates. */
export const maxSamplesOption = {
  title: 'At most so many samples',
  group: 'calibration',
  help: 'Of a larger calibration set so many are drawn, by the seed.',
  takes: { integer: { min: 1, max: 10_000_000 } },
  initial: null,
} as const satisfies OptionCard;
