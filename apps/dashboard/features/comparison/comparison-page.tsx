'use client';

import { useQuery } from '@apollo/client/react';
import { Button, SimpleGrid, Stack, Switch } from '@mantine/core';
import { IconArrowsDiff } from '@tabler/icons-react';
import Link from 'next/link';
import { useState } from 'react';
import { type ProjectPath, projectHref } from '#dashboard/features/projects/project-path.ts';
import { readRunAddress } from '#dashboard/features/runs/run-address.ts';
import { hasEnded } from '#dashboard/features/runs/run-live.ts';
import { type FragmentType, graphql, readFragment } from '#dashboard/graphql/generated/index.ts';
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
  query CompareRuns($org: String!, $project: String!, $numbers: [Int!]!, $ids: [ID!]!, $byNumber: Boolean!) {
    organization(slug: $org) @include(if: $byNumber) {
      id
      project(slug: $project) {
        id
        comparison(numbers: $numbers) {
          ...ComparisonPage
          ... on Error {
            message
            remedy
          }
        }
      }
    }
    compareRuns(ids: $ids) @skip(if: $byNumber) {
      ...ComparisonPage
      ... on Error {
        message
        remedy
      }
    }
  }
`);

const ComparisonPageFragment = graphql(`
  fragment ComparisonPage on Comparison {
    runs {
      id
      number
      state
      ...SizeChart
      ...AccuracyChart
    }
    rows {
      differs
      onlyOf
    }
    ...ComparisonTable
  }
`);

/** Runs side by side: what differs, and how small and how accurate each became. */
export function ComparisonPage({ path, runs: named }: { path: ProjectPath; runs: readonly string[] }) {
  const addresses = named.map(readRunAddress);
  const { data, loading, error, refetch } = useQuery(CompareRunsQuery, {
    variables: {
      ...path,
      numbers: addresses.map(({ number }) => number),
      ids: [...named],
      byNumber: addresses.every(({ byNumber }) => byNumber),
    },
    skip: named.length < 2,
  });
  const result = data?.organization?.project?.comparison ?? data?.compareRuns;
  if (named.length < 2) {
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
  return <Compared comparison={result} path={path} />;
}

function Compared({
  comparison,
  path,
}: {
  comparison: FragmentType<typeof ComparisonPageFragment>;
  path: ProjectPath;
}) {
  const [showAll, setShowAll] = useState(false);
  const compared = readFragment(ComparisonPageFragment, comparison);
  const { runs, rows } = compared;
  const unfinished = runs.filter(({ state }) => !hasEnded(state));
  const shared = rows.filter(({ onlyOf }) => onlyOf === null);
  const differing = shared.filter(({ differs }) => differs).length;
  return (
    <Page title={`Compare ${counted(runs.length, 'run')}`}>
      <Stack gap="lg">
        {unfinished.length > 0 ? (
          <Notice tone="info">
            Not over yet, so without results: {unfinished.map(({ number }) => `run #${number}`).join(', ')}.
          </Notice>
        ) : null}
        <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg">
          <Section title="Size" description="Smaller is better.">
            <SizeChart runs={runs} />
          </Section>
          <Section title="Accuracy" description="Top-1 on each run's evaluation set. Higher is better.">
            <AccuracyChart runs={runs} />
          </Section>
        </SimpleGrid>
        <Section
          title={showAll ? 'All facts' : 'Differences'}
          description={`${differing} of the ${shared.length} facts that all can have differ. The best of a row is marked where one direction is better and the distance is more than chance.`}
          padding="bare"
          actions={
            <Switch
              label="Show what is equal too"
              checked={showAll}
              onChange={(event) => setShowAll(event.currentTarget.checked)}
            />
          }
        >
          <ComparisonTable comparison={compared} path={path} shown={showAll ? 'all' : 'differences'} />
        </Section>
      </Stack>
    </Page>
  );
}
