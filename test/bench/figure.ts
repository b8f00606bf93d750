import { formatTable } from '#cli/table.ts';
import { formatBytes } from '#contract/format-bytes.ts';
import type { Cost } from './measure.ts';

/** One line of the table: how many times what ours is compared with it takes; below 1 is better. */
export type Figure = {
  readonly name: string;
  readonly what: 'wall' | 'CPU' | 'memory';
  readonly ours: number;
  readonly against: string;
  readonly theirs: number;
  readonly ratio: number;
  /** The ratio is to be no more than that. */
  readonly goal: number | null;
};

/** Name, contenders' costs and what is asked of each measure; a measure without a goal is shown all the same. */
export type Comparison = {
  readonly name: string;
  readonly ours: Cost;
  readonly against: string;
  readonly theirs: Cost;
  readonly goals?: Partial<Record<Figure['what'], number>>;
};

const measures = { wall: 'wallSeconds', CPU: 'cpuSeconds', memory: 'peakRssBytes' } as const;

export function figuresOf({ name, ours, against, theirs, goals = {} }: Comparison): readonly Figure[] {
  return (['wall', 'CPU', 'memory'] as const).flatMap((what) => {
    const [mine, other] = [ours[measures[what]], theirs[measures[what]]];
    if (mine === null || other === null) return [];
    return [{ name, what, ours: mine, against, theirs: other, ratio: mine / other, goal: goals[what] ?? null }];
  });
}

export function table(figures: readonly Figure[]): string {
  return formatTable(
    ['figure', 'measure', 'ours', 'against', 'ratio', 'goal', ''],
    figures.map(({ name, what, ours, against, theirs, ratio, goal }) => [
      name,
      what,
      amount(what, ours),
      `${amount(what, theirs)} ${against}`,
      ratio.toFixed(3),
      goal === null ? '' : `≤ ${goal}`,
      goal === null ? '' : ratio <= goal ? 'met' : 'MISSED',
    ]),
  );
}

function amount(what: Figure['what'], value: number): string {
  if (what === 'memory') return formatBytes(value);
  return value < 1 ? `${(value * 1000).toFixed(value < 0.01 ? 2 : 0)} ms` : `${value.toFixed(2)} s`;
}
