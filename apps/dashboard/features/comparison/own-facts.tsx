import { UnstyledButton } from '@mantine/core';
import { IconChevronRight } from '@tabler/icons-react';
import { useState } from 'react';
import { counted } from '#dashboard/ui/format/number.ts';
import classes from './comparison-table.module.css';
import { type ComparedRun, type Fact, FactRow } from './fact-row.tsx';

type OwnFactsProps = { backend: string; rows: readonly Fact[]; runs: readonly ComparedRun[] };

/** The options that runs of one backend alone have: nothing to compare, so folded until somebody asks. */
export function OwnFacts({ backend, rows, runs }: OwnFactsProps) {
  const [open, setOpen] = useState(false);
  return (
    <tbody>
      <tr className={classes.group}>
        <th scope="rowgroup" colSpan={runs.length + 1}>
          <UnstyledButton
            className={classes.fold}
            aria-expanded={open}
            onClick={() => setOpen(!open)}
            fz="inherit"
            fw="inherit"
          >
            <IconChevronRight size={16} className={classes.chevron} aria-hidden />
            Only of {backend}
            <span className={classes.count}>{counted(rows.length, 'option')}</span>
          </UnstyledButton>
        </th>
      </tr>
      {open ? rows.map((row) => <FactRow key={[row.label, ...row.values].join('\n')} row={row} runs={runs} />) : null}
    </tbody>
  );
}
