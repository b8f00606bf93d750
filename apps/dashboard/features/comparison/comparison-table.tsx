'use client';

import { Anchor, Text, VisuallyHidden } from '@mantine/core';
import Link from 'next/link';
import { type ProjectPath, runHref } from '#dashboard/features/projects/project-path.ts';
import { type FragmentType, graphql, readFragment } from '#dashboard/graphql/generated/index.ts';
import classes from './comparison-table.module.css';
import { FactRow } from './fact-row.tsx';
import { OwnFacts } from './own-facts.tsx';

const ComparisonTableFragment = graphql(`
  fragment ComparisonTable on Comparison {
    runs {
      id
      number
      name
      backend
      outcome {
        evaluation {
          float {
            total
          }
        }
      }
    }
    rows {
      group
      label
      values
      differs
      onlyOf
    }
  }
`);

type ComparisonTableProps = {
  comparison: FragmentType<typeof ComparisonTableFragment>;
  path: ProjectPath;
  shown: 'all' | 'differences';
};

/** What came out, then what all runs can be asked for; the options that only one backend has stay folded below. */
export function ComparisonTable({ comparison, path, shown }: ComparisonTableProps) {
  const { runs, rows } = readFragment(ComparisonTableFragment, comparison);
  const shared = rows.filter(({ onlyOf, differs }) => onlyOf === null && (shown === 'all' || differs));
  const groups = [...new Set(shared.map(({ group }) => group))];
  const backends = [...new Set(rows.flatMap(({ onlyOf }) => onlyOf ?? []))];
  const compared = runs.map(({ id, outcome }) => ({ id, samples: outcome?.evaluation?.float.total ?? 0 }));
  if (shared.length === 0 && backends.length === 0) {
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
                <Anchor component={Link} href={runHref(path, run.number)} fw={600} size="sm">
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
            {shared
              .filter((row) => row.group === group)
              .map((row) => (
                <FactRow key={[row.label, ...row.values].join('\n')} row={row} runs={compared} />
              ))}
          </tbody>
        ))}
        {backends.map((backend) => (
          <OwnFacts
            key={backend}
            backend={backend}
            rows={rows.filter(({ onlyOf }) => onlyOf === backend)}
            runs={compared}
          />
        ))}
      </table>
    </div>
  );
}
