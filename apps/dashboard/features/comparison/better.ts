import { chanceOf } from '#dashboard/features/runs/accuracy-change.ts';

type Better = {
  readonly direction: 'higher' | 'lower';
  /** Nearer than this share of the best value is as good; `chance`: nearer than what chance makes of so many samples. */
  readonly within: number | 'chance';
};

/** The facts of which one direction is better, by their label. Times are none of them: the same run takes longer on a busy machine. */
const facts: Readonly<Record<string, Better>> = {
  'Accuracy, quantized': { direction: 'higher', within: 'chance' },
  Agreement: { direction: 'higher', within: 'chance' },
  'Bytes after': { direction: 'lower', within: 0.01 },
  Compression: { direction: 'higher', within: 0.01 },
};

export type ComparedValues = {
  readonly label: string;
  readonly values: readonly (string | null)[];
  /** The evaluation samples of each run. */
  readonly samples: readonly number[];
};

/** Which of a row's values are the best; none when all are about equal, or when no direction is better. */
export function bestOf({ label, values, samples }: ComparedValues): ReadonlySet<number> {
  const fact = facts[label];
  const numbers = values.map((value) => (value === null ? Number.NaN : Number.parseFloat(value)));
  const known = numbers.filter((number) => !Number.isNaN(number));
  if (!fact || known.length < 2) return new Set();
  const best = fact.direction === 'higher' ? Math.max(...known) : Math.min(...known);
  const slack = fact.within === 'chance' ? percentsOfChance(best, samples) : Math.abs(best) * fact.within;
  const near = numbers.flatMap((number, index) => (Math.abs(number - best) <= slack ? [index] : []));
  return near.length === known.length ? new Set() : new Set(near);
}

/** The values have two digits after the point. */
const rounding = 0.01;

function percentsOfChance(best: number, samples: readonly number[]): number {
  const fewest = Math.min(...samples.filter((total) => total > 0));
  return Number.isFinite(fewest) ? 100 * chanceOf(best / 100, fewest) + rounding : rounding;
}
