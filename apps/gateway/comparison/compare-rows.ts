import { onlyBackendWith } from './backend-options.ts';
import { type ComparedRun, type Fact, listFacts } from './facts.ts';

export type ComparisonRow = AlignedFacts & {
  /** The one backend that has such an option, where runs of others stand beside its own. */
  readonly onlyOf: string | null;
};

type AlignedFacts = {
  readonly group: string;
  readonly label: string;
  readonly values: readonly (string | null)[];
  readonly differs: boolean;
};

/** What all runs can have first, then what only those of one backend can, backend by backend. */
export function compareRows(runs: readonly ComparedRun[]): readonly ComparisonRow[] {
  const backends = [...new Set(runs.map(({ backend }) => backend))];
  const rows = alignFacts(runs.map(listFacts)).map((row) => ({ ...row, onlyOf: onlyBackendWith(row, backends) }));
  return [null, ...backends].flatMap((backend) => rows.filter(({ onlyOf }) => onlyOf === backend));
}

/**
 * One row for every fact that any run has, in the order in which the runs bring them, groups together. A pattern may
 * have several rules; the n-th of one run stands beside the n-th of the other.
 */
export function alignFacts(columns: readonly (readonly Fact[])[]): readonly AlignedFacts[] {
  const rows = new Map<string, { readonly fact: Fact; readonly values: (string | null)[] }>();
  for (const [column, facts] of columns.entries()) {
    const seen = new Map<string, number>();
    for (const fact of facts) {
      const name = `${fact.group}\0${fact.label}`;
      const nth = (seen.get(name) ?? 0) + 1;
      seen.set(name, nth);
      const key = `${name}\0${nth}`;
      const row = rows.get(key) ?? { fact, values: columns.map(() => null) };
      row.values[column] = fact.value;
      rows.set(key, row);
    }
  }
  const groups = [...new Set([...rows.values()].map(({ fact }) => fact.group))];
  return groups.flatMap((group) =>
    [...rows.values()]
      .filter(({ fact, values }) => fact.group === group && values.some((value) => value !== null))
      .map(({ fact, values }) => ({
        group,
        label: fact.label,
        values,
        differs: values.some((value) => value !== values[0]),
      })),
  );
}
