'use client';

import { Anchor, Checkbox, Progress, Table, Text } from '@mantine/core';
import Link from 'next/link';
import { type ProjectPath, runHref } from '#dashboard/features/projects/project-path.ts';
import { type FragmentType, graphql, readFragment } from '#dashboard/graphql/generated/index.ts';
import { Ago } from '#dashboard/ui/ago.tsx';
import { formatBytes } from '#dashboard/ui/format/bytes.ts';
import { formatPercent, formatPoints, formatShrink } from '#dashboard/ui/format/number.ts';
import { RunStateBadge } from '#dashboard/ui/run-state-badge.tsx';
import { recipeWords } from './recipe-words.ts';
import { hasEnded, RunLiveFragment } from './run-live.ts';
import { overallFraction } from './stages.ts';
import { timeTaken } from './time-taken.ts';

const RunsTableRowFragment = graphql(`
  fragment RunsTableRow on Run {
    id
    number
    name
    backend
    recipe
    queuedAt
    promotedFrom {
      id
      number
    }
    modelVersion {
      id
      number
      model {
        id
        name
      }
    }
    outcome {
      bytesBefore
      bytesAfter
      evaluation {
        float {
          value
        }
        quantized {
          value
        }
      }
    }
    ...RunLive
  }
`);

type RowRef = FragmentType<typeof RunsTableRowFragment> & { readonly id: string };

type RunsTableProps = {
  runs: readonly RowRef[];
  path: ProjectPath;
  /** Numbers of runs. */
  selected: readonly number[];
  onSelect: (numbers: readonly number[]) => void;
};

export function RunsTable({ runs, path, selected, onSelect }: RunsTableProps) {
  const toggle = (number: number) =>
    onSelect(selected.includes(number) ? selected.filter((other) => other !== number) : [...selected, number]);
  return (
    <Table.ScrollContainer minWidth={980} type="native">
      <Table aria-label="Runs" horizontalSpacing="md">
        <Table.Thead>
          <Table.Tr>
            <Table.Th w={44} />
            <Table.Th>Run</Table.Th>
            <Table.Th>State</Table.Th>
            <Table.Th>Backend</Table.Th>
            <Table.Th ta="right">Size</Table.Th>
            <Table.Th ta="right">Accuracy</Table.Th>
            <Table.Th ta="right">Took</Table.Th>
            <Table.Th ta="right">Submitted</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {runs.map((run) => (
            <RunsTableRow key={run.id} run={run} path={path} selected={selected} onToggle={toggle} />
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

type RowProps = {
  run: RowRef;
  path: ProjectPath;
  selected: readonly number[];
  onToggle: (number: number) => void;
};

function RunsTableRow({ run: ref, path, selected, onToggle }: RowProps) {
  const run = readFragment(RunsTableRowFragment, ref);
  const live = readFragment(RunLiveFragment, run);
  const { outcome } = run;
  const checked = selected.includes(run.number);
  return (
    <Table.Tr data-testid="run-row" {...(checked ? { bg: 'var(--mantine-primary-color-light)' } : {})}>
      <Table.Td>
        <Checkbox
          aria-label={`Select run ${run.number}`}
          title={hasEnded(live.state) ? undefined : 'This run is not over; it can be compared when it is.'}
          disabled={!hasEnded(live.state) && !checked}
          checked={checked}
          onChange={() => onToggle(run.number)}
        />
      </Table.Td>
      <Table.Td>
        <Anchor component={Link} href={runHref(path, run.number)} size="sm" fw={500}>
          {run.name}
        </Anchor>
        <Text size="xs" c="dimmed">
          #{run.number} · {run.modelVersion.model.name} v{run.modelVersion.number}
          {run.promotedFrom ? (
            <>
              {' · from '}
              <Anchor component={Link} href={runHref(path, run.promotedFrom.number)} inherit>
                #{run.promotedFrom.number}
              </Anchor>
            </>
          ) : null}
        </Text>
      </Table.Td>
      <Table.Td>
        <RunStateBadge state={live.state} />
        {live.state === 'RUNNING' ? (
          <Progress
            value={overallFraction(live.stage, live.fraction) * 100}
            size={3}
            mt={6}
            aria-label={`Progress of run ${run.number}`}
          />
        ) : null}
      </Table.Td>
      <Table.Td>
        <Text size="sm">{run.backend}</Text>
        <Text size="xs" c="dimmed">
          {recipeWords(run.recipe)}
        </Text>
      </Table.Td>
      <Table.Td ta="right" className="tabular">
        {outcome ? (
          <>
            {formatBytes(outcome.bytesAfter)}
            <Text size="xs" c="dimmed">
              {formatShrink(outcome.bytesBefore, outcome.bytesAfter)}
            </Text>
          </>
        ) : (
          '–'
        )}
      </Table.Td>
      <Table.Td ta="right" className="tabular">
        {outcome?.evaluation ? (
          <>
            {formatPercent(outcome.evaluation.quantized.value)}
            <Text size="xs" c="dimmed">
              {formatPoints(outcome.evaluation.quantized.value - outcome.evaluation.float.value)}
            </Text>
          </>
        ) : (
          '–'
        )}
      </Table.Td>
      <Table.Td ta="right" className="tabular" data-testid="took">
        {timeTaken(live) ?? '–'}
      </Table.Td>
      <Table.Td ta="right">
        <Ago date={run.queuedAt} size="sm" />
      </Table.Td>
    </Table.Tr>
  );
}
