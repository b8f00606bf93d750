'use client';

import { useQuery } from '@apollo/client/react';
import { Anchor, Button, Grid, Stack } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import Link from 'next/link';
import { DatasetSummary } from '#dashboard/features/datasets/dataset-summary.tsx';
import { ModelSummary } from '#dashboard/features/models/model-summary.tsx';
import { RecentRuns } from '#dashboard/features/runs/recent-runs.tsx';
import { useProjectEvents } from '#dashboard/features/runs/use-project-events.ts';
import { graphql } from '#dashboard/graphql/generated/index.ts';
import { LiveState } from '#dashboard/ui/live-state.tsx';
import { Page } from '#dashboard/ui/page.tsx';
import { QueryState } from '#dashboard/ui/query-state.tsx';
import { Section } from '#dashboard/ui/section.tsx';
import { newRunHref, type ProjectPath, projectHref } from './project-path.ts';

const ProjectOverviewQuery = graphql(`
  query ProjectOverview($org: String!, $project: String!) {
    organization(slug: $org) {
      id
      project(slug: $project) {
        id
        name
        description
        viewerCanSubmitRun
        ...ProjectEventsStart
        ...RecentRuns
        ...ModelSummary
        ...DatasetSummary
      }
    }
  }
`);

/** The newest runs, live, beside what they work on. */
export function ProjectOverview({ path }: { path: ProjectPath }) {
  const { data, loading, error, refetch } = useQuery(ProjectOverviewQuery, { variables: path });
  const project = data?.organization?.project;
  const live = useProjectEvents(project, () => void refetch());
  if (!project) {
    return (
      <Page title={path.project}>
        <QueryState loading={loading} error={error} retry={() => void refetch()} what="project" />
      </Page>
    );
  }
  return (
    <Page
      title={project.name}
      description={project.description || null}
      actions={
        project.viewerCanSubmitRun ? (
          <Button component={Link} href={newRunHref(path)} leftSection={<IconPlus size={16} />}>
            New run
          </Button>
        ) : null
      }
    >
      <Grid gap="xl">
        <Grid.Col span={{ base: 12, md: 8 }}>
          <Section
            title="Recent runs"
            actions={
              <Stack gap={0} align="flex-end">
                <LiveState state={live} />
                <Anchor component={Link} href={`${projectHref(path)}/runs`} size="sm">
                  All runs
                </Anchor>
              </Stack>
            }
          >
            <RecentRuns project={project} path={path} />
          </Section>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 4 }}>
          <Stack gap="lg">
            <ModelSummary project={project} path={path} />
            <DatasetSummary project={project} path={path} />
          </Stack>
        </Grid.Col>
      </Grid>
    </Page>
  );
}
