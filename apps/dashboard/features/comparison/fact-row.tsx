import { IconTrophy } from '@tabler/icons-react';
import { bestOf } from './better.ts';
import classes from './comparison-table.module.css';
import { readableFact } from './readable-fact.ts';

export type Fact = { readonly label: string; readonly values: readonly (string | null)[]; readonly differs: boolean };

/** A column, with the number of its evaluation samples. */
export type ComparedRun = { readonly id: string; readonly samples: number };

/** One fact of every run. */
export function FactRow({ row, runs }: { row: Fact; runs: readonly ComparedRun[] }) {
  const { label, values, differs } = row;
  const best = bestOf({ label, values, samples: runs.map(({ samples }) => samples) });
  return (
    <tr className={differs ? undefined : classes.same} data-differs={differs}>
      <th scope="row">{label}</th>
      {values.map((value, index) => (
        <td
          key={runs[index]?.id}
          className={best.has(index) ? `${classes.best} tabular` : 'tabular'}
          title={value ?? undefined}
        >
          {value === null ? '–' : readableFact(label, value)}
          {best.has(index) ? (
            <>
              {' '}
              <IconTrophy size={14} aria-label="best" style={{ verticalAlign: '-2px' }} />
            </>
          ) : null}
        </td>
      ))}
    </tr>
  );
}
