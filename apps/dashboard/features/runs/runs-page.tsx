'use client';

import { NetworkStatus } from '@apollo/client';
import { useQuery } from '@apollo/client/react';
import { Button, Card, Center, Stack, Text } from '@mantine/core';
import { IconPlus, IconStack2 } from '@tabler/icons-react';
import Link from 'next/link';
import { useState } from 'react';
import { newRunHref, type ProjectPath } from '#dashboard/features/projects/project-path.ts';
import { graphql } from '#dashboard/graphql/generated/index.ts';
import { nodesOf } from '#dashboard/graphql/nodes.ts';
import { LiveState } from '#dashboard/ui/live-state.tsx';
import { Page } from '#dashboard/ui/page.tsx';
import { QueryState } from '#dashboard/ui/query-state.tsx';
import { Empty } from '#dashboard/ui/states.tsx';
import { CompareBar } from './compare-bar.tsx';
import { noFilters, RunFilters, toRunFilter } from './run-filters.tsx';
import { RunsTable } from './runs-table.tsx';
import { useProjectEvents } from './use-project-events.ts';

const RunsQuery = graphql(`
  query Runs($org: String!, $project: String!, $filter: RunFilter, $sort: RunSort, $first: Int!, $after: String) {
    organization(slug: $org) {
      id
      project(slug: $project) {
        id
        viewerCanSubmitRun
        ...ProjectEventsStart
        runs(filter: $filter, sort: $sort, first: $first, after: $after) {
          totalCount
          pageInfo {
            hasNextPage
            endCursor
          }
          edges {
            node {
              id
              ...RunsTableRow
            }
          }
        }
      }
    }
  }
`);

const pageSize = 50;

/** All runs of a project: filtered and sorted by the server, selected to be compared. */
export function RunsPage({ path }: { path: ProjectPath }) {
  const [filters, setFilters] = useState(noFilters);
  const [selected, setSelected] = useState<readonly number[]>([]);
  const variables = { ...path, filter: toRunFilter(filters), sort: filters.sort, first: pageSize };
  const { data, previousData, loading, error, refetch, fetchMore, networkStatus } = useQuery(RunsQuery, {
    variables,
    notifyOnNetworkStatusChange: true,
  });
  const project = (data ?? previousData)?.organization?.project;
  const runs = nodesOf(project?.runs);
  const live = useProjectEvents(
    project,
    () => void refetch({ ...variables, first: Math.max(pageSize, Math.min(100, runs.length)) }),
  );
  if (!project) {
    return (
      <Page title="Runs">
        <QueryState loading={loading} error={error} retry={() => void refetch()} what="project" />
      </Page>
    );
  }
  const newRun = project.viewerCanSubmitRun ? (
    <Button component={Link} href={newRunHref(path)} leftSection={<IconPlus size={16} />}>
      New run
    </Button>
  ) : null;
  const { hasNextPage, endCursor } = project.runs.pageInfo;
  const unfiltered = toRunFilter(filters) === null;
  return (
    <Page title="Runs" actions={newRun}>
      {runs.length === 0 && unfiltered && !loading ? (
        <Card>
          <Empty
            icon={<IconStack2 />}
            title="No runs yet"
            description="A run quantizes one version of a model with one recipe, and measures what it cost."
            action={newRun}
          />
        </Card>
      ) : (
        <Stack>
          <RunFilters filters={filters} onChange={setFilters} aside={<LiveState state={live} />} />
          <Card padding={0}>
            {runs.length === 0 ? (
              <Text c="dimmed" ta="center" py="xl">
                No run fits these filters.
              </Text>
            ) : (
              <RunsTable runs={runs} path={path} selected={selected} onSelect={setSelected} />
            )}
          </Card>
          <Text size="sm" c="dimmed" className="tabular" role="status">
            {runs.length} of {project.runs.totalCount} shown
          </Text>
          {hasNextPage ? (
            <Center>
              <Button
                variant="default"
                loading={networkStatus === NetworkStatus.fetchMore}
                onClick={() => void fetchMore({ variables: { after: endCursor } })}
              >
                Show more
              </Button>
            </Center>
          ) : null}
        </Stack>
      )}
      <CompareBar selected={selected} path={path} onClear={() => setSelected([])} />
    </Page>
  );
}
