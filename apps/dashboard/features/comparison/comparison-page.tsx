'use client';

import { useQuery } from '@apollo/client/react';
import { Button, SimpleGrid, Stack, Switch } from '@mantine/core';
import { IconArrowsDiff } from '@tabler/icons-react';
import Link from 'next/link';
import { useState } from 'react';
import { type ProjectPath, projectHref } from '#dashboard/features/projects/project-path.ts';
import { hasEnded } from '#dashboard/features/runs/run-live.ts';
import { graphql } from '#dashboard/graphql/generated/index.ts';
import { counted } from '#dashboard/ui/format/number.ts';
import { Notice } from '#dashboard/ui/notice.tsx';
import { Page } from '#dashboard/ui/page.tsx';
import { QueryState } from '#dashboard/ui/query-state.tsx';
import { Section } from '#dashboard/ui/section.tsx';
import { Empty } from '#dashboard/ui/states.tsx';
import { AccuracyChart } from './accuracy-chart.tsx';
import { ComparisonTable } from './comparison-table.tsx';
import { SizeChart } from './size-chart.tsx';

const CompareRunsQuery = graphql(`
  query CompareRuns($ids: [ID!]!) {
    compareRuns(ids: $ids) {
      ... on Comparison {
        runs {
          id
          number
          state
          ...SizeChart
          ...AccuracyChart
        }
        rows {
          differs
        }
        ...ComparisonTable
      }
      ... on Error {
        message
        remedy
      }
    }
  }
`);

/** Runs side by side: what differs, and how small and how accurate each became. */
export function ComparisonPage({ path, ids }: { path: ProjectPath; ids: readonly string[] }) {
  const { data, loading, error, refetch } = useQuery(CompareRunsQuery, {
    variables: { ids: [...ids] },
    skip: ids.length < 2,
  });
  const [showAll, setShowAll] = useState(false);
  const result = data?.compareRuns;
  if (ids.length < 2) {
    return (
      <Page title="Compare runs">
        <Empty
          icon={<IconArrowsDiff />}
          title="Choose at least two runs"
          description="Tick them in the list of runs, then press Compare."
          action={
            <Button component={Link} href={`${projectHref(path)}/runs`}>
              To the runs
            </Button>
          }
        />
      </Page>
    );
  }
  if (!result) {
    return (
      <Page title="Compare runs">
        <QueryState loading={loading} error={error} retry={() => void refetch()} what="comparison" />
      </Page>
    );
  }
  if ('message' in result) {
    return (
      <Page title="Compare runs">
        <Notice tone="problem" remedy={result.remedy}>
          {result.message}
        </Notice>
      </Page>
    );
  }
  const unfinished = result.runs.filter(({ state }) => !hasEnded(state));
  const differing = result.rows.filter(({ differs }) => differs).length;
  return (
    <Page title={`Compare ${counted(result.runs.length, 'run')}`}>
      <Stack gap="lg">
        {unfinished.length > 0 ? (
          <Notice tone="info">
            Not over yet, so without results: {unfinished.map(({ number }) => `run #${number}`).join(', ')}.
          </Notice>
        ) : null}
        <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg">
          <Section title="Size" description="Smaller is better.">
            <SizeChart runs={result.runs} />
          </Section>
          <Section title="Accuracy" description="Top-1 on each run's evaluation set. Higher is better.">
            <AccuracyChart runs={result.runs} />
          </Section>
        </SimpleGrid>
        <Section
          title={showAll ? 'All facts' : 'Differences'}
          description={`${differing} of ${result.rows.length} facts differ. The best of a row is marked where one direction is better.`}
          padding="bare"
          actions={
            <Switch
              label="Show what is equal too"
              checked={showAll}
              onChange={(event) => setShowAll(event.currentTarget.checked)}
            />
          }
        >
          <ComparisonTable comparison={result} path={path} shown={showAll ? 'all' : 'differences'} />
        </Section>
      </Stack>
    </Page>
  );
}
