import type { Measurement } from './measure.ts';

/** One line of the table: how many times longer ours takes than what it is compared with; below 1 is faster. */
export type Figure = {
  readonly name: string;
  readonly ours: string;
  readonly oursSeconds: number;
  readonly against: string;
  readonly againstSeconds: number;
  readonly ratio: number;
  /** Bytes that ours reads in a round. */
  readonly bytes: number;
};

export function figure(name: string, bytes: number, [ours, against]: readonly Measurement[]): Figure {
  if (!ours || !against) throw new Error(`${name} needs two measurements`);
  return {
    name,
    ours: ours.name,
    oursSeconds: ours.medianSeconds,
    against: against.name,
    againstSeconds: against.medianSeconds,
    ratio: ours.medianSeconds / against.medianSeconds,
    bytes,
  };
}

export function table(figures: readonly Figure[]): string {
  const rows = [
    ['figure', 'ours', 'against', 'ratio', 'GB/s'],
    ...figures.map((one) => [
      one.name,
      milliseconds(one.oursSeconds),
      `${milliseconds(one.againstSeconds)}  ${one.against}`,
      one.ratio.toFixed(3),
      (one.bytes / one.oursSeconds / 1e9).toFixed(2),
    ]),
  ];
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

const milliseconds = (seconds: number): string => `${(seconds * 1000).toFixed(2)} ms`;
