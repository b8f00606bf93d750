'use client';

import { Anchor, Text, VisuallyHidden } from '@mantine/core';
import { IconTrophy } from '@tabler/icons-react';
import Link from 'next/link';
import { Fragment } from 'react';
import { type ProjectPath, runHref } from '#dashboard/features/projects/project-path.ts';
import type { ComparisonTableFragment as ComparisonData } from '#dashboard/graphql/generated/graphql.ts';
import { type FragmentType, graphql, readFragment } from '#dashboard/graphql/generated/index.ts';
import { bestOf } from './better.ts';
import classes from './comparison-table.module.css';
import { readableFact } from './readable-fact.ts';

const ComparisonTableFragment = graphql(`
  fragment ComparisonTable on Comparison {
    runs {
      id
      number
      name
      backend
    }
    rows {
      group
      label
      values
      differs
    }
  }
`);

type ComparisonTableProps = {
  comparison: FragmentType<typeof ComparisonTableFragment>;
  path: ProjectPath;
  shown: 'all' | 'differences';
};

export function ComparisonTable({ comparison, path, shown }: ComparisonTableProps) {
  const { runs, rows } = readFragment(ComparisonTableFragment, comparison);
  const visible = shown === 'all' ? rows : rows.filter(({ differs }) => differs);
  const groups = [...new Set(visible.map(({ group }) => group))];
  if (visible.length === 0) {
    return (
      <Text c="dimmed" size="sm" p="lg">
        These runs do not differ in anything that is recorded.
      </Text>
    );
  }
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <div style={{ overflowX: 'auto' }} tabIndex={0}>
      <table className={classes.table} aria-label="Comparison" data-testid="comparison-table">
        <thead>
          <tr>
            <th scope="row">
              <VisuallyHidden>Fact</VisuallyHidden>
            </th>
            {runs.map((run) => (
              <th scope="col" key={run.id}>
                <Anchor component={Link} href={runHref(path, run.id)} fw={600} size="sm">
                  {run.name}
                </Anchor>
                <Text size="xs" c="dimmed">
                  #{run.number} · {run.backend}
                </Text>
              </th>
            ))}
          </tr>
        </thead>
        {groups.map((group) => (
          <tbody key={group}>
            <tr className={classes.group}>
              <th scope="row">{group}</th>
              <td colSpan={runs.length} />
            </tr>
            {visible
              .filter((row) => row.group === group)
              .map((row) => (
                <FactRow key={[row.label, ...row.values].join('\n')} row={row} runIds={runs.map(({ id }) => id)} />
              ))}
          </tbody>
        ))}
      </table>
    </div>
  );
}

type FactRowProps = { row: ComparisonData['rows'][number]; runIds: readonly string[] };

function FactRow({ row, runIds }: FactRowProps) {
  const best = bestOf(row.label, row.values);
  return (
    <tr className={row.differs ? undefined : classes.same} data-differs={row.differs}>
      <th scope="row">{row.label}</th>
      {row.values.map((value, index) => (
        <td key={runIds[index]} className={best.has(index) ? `${classes.best} tabular` : 'tabular'}>
          {value === null ? '–' : readableFact(row.label, value)}
          {best.has(index) ? (
            <Fragment>
              {' '}
              <IconTrophy size={14} aria-label="best" style={{ verticalAlign: '-2px' }} />
            </Fragment>
          ) : null}
        </td>
      ))}
    </tr>
  );
}
