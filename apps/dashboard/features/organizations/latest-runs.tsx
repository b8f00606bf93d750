'use client';

import { Group, Text } from '@mantine/core';
import { type FragmentType, graphql, readFragment } from '#dashboard/graphql/generated/index.ts';
import { nodesOf } from '#dashboard/graphql/nodes.ts';
import { formatPercent } from '#dashboard/ui/format/number.ts';
import { RunStateBadge } from '#dashboard/ui/run-state-badge.tsx';

const LatestRunsFragment = graphql(`
  fragment LatestRuns on Project {
    runs(first: 3) {
      edges {
        node {
          id
          backend
          state
          fraction
        }
      }
    }
  }
`);

/** What the last runs of a project are at, so that the first page of an organization shows work happening. */
export function LatestRuns({ project }: { project: FragmentType<typeof LatestRunsFragment> }) {
  const runs = nodesOf(readFragment(LatestRunsFragment, project).runs).toReversed();
  if (runs.length === 0) return null;
  return (
    <Group gap="md" mt="sm" data-testid="latest-runs">
      {runs.map(({ id, backend, state, fraction }) => (
        <Group key={id} gap={6} wrap="nowrap">
          <Text size="sm" className="mono">
            {backend}
          </Text>
          <RunStateBadge state={state} />
          {state === 'RUNNING' ? (
            <Text size="sm" c="dimmed" className="tabular">
              {formatPercent(fraction, 0)}
            </Text>
          ) : null}
        </Group>
      ))}
    </Group>
  );
}
