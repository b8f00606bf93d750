import { formats } from './corpus.ts';
import { formatOf } from './make-case.ts';
import type { Finding, Outcome, Report } from './outcome.ts';

export type Found = { readonly report: Report; readonly finding: Finding };

/** Counts what became of the files, by outcome and format. */
export type Tally = {
  add(report: Report): void;
  readonly done: number;
  readonly findings: readonly Found[];
  readonly slowestMilliseconds: number;
  readonly peakBytes: number;
  /** Rows of a table with a head. */
  rows(): readonly (readonly string[])[];
};

export function createTally(): Tally {
  const counts = new Map<string, number>();
  const rowNames = new Set(['read', 'quantized']);
  const findings: Found[] = [];
  const total = { done: 0, slowestMilliseconds: 0, peakBytes: 0 };
  const countOf = (row: string, column: string) => counts.get(`${row} ${column}`) ?? 0;
  return {
    add(report) {
      const row = rowName(report.outcome);
      const cell = `${row} ${formatOf(report.id)}`;
      rowNames.add(row);
      counts.set(cell, (counts.get(cell) ?? 0) + 1);
      if (report.outcome.kind === 'finding') findings.push({ report, finding: report.outcome });
      total.done++;
      total.slowestMilliseconds = Math.max(total.slowestMilliseconds, report.milliseconds);
      total.peakBytes = Math.max(total.peakBytes, report.peakBytes);
    },
    get done() {
      return total.done;
    },
    get slowestMilliseconds() {
      return total.slowestMilliseconds;
    },
    get peakBytes() {
      return total.peakBytes;
    },
    findings,
    rows: () => [
      ['', ...formats, 'all'],
      ...[...rowNames].sort().map((row) => {
        const numbers = formats.map((format) => countOf(row, format));
        return [row, ...numbers.map(String), String(numbers.reduce((sum, number) => sum + number, 0))];
      }),
    ],
  };
}

function rowName(outcome: Outcome): string {
  switch (outcome.kind) {
    case 'read':
    case 'quantized':
      return outcome.kind;
    case 'refused':
      return `refused: ${outcome.code}`;
    case 'finding':
      return `FINDING: ${outcome.what}`;
  }
}
