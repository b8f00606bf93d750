'use client';

import { Button, Group, Progress, Stack, Text, UnstyledButton } from '@mantine/core';
import { IconStack2 } from '@tabler/icons-react';
import Link from 'next/link';
import { newRunHref, type ProjectPath, runHref } from '#dashboard/features/projects/project-path.ts';
import { type FragmentType, graphql, readFragment } from '#dashboard/graphql/generated/index.ts';
import { nodesOf } from '#dashboard/graphql/nodes.ts';
import { Ago } from '#dashboard/ui/ago.tsx';
import { RunStateBadge } from '#dashboard/ui/run-state-badge.tsx';
import { Empty } from '#dashboard/ui/states.tsx';
import classes from './recent-runs.module.css';
import { RunHeadline } from './run-headline.tsx';
import { hasEnded, RunLiveFragment } from './run-live.ts';
import { overallFraction, stageLabel } from './stages.ts';

const RecentRunsFragment = graphql(`
  fragment RecentRuns on Project {
    viewerCanSubmitRun
    runs(first: 8, sort: NEWEST) {
      edges {
        node {
          id
          number
          ...RecentRun
        }
      }
    }
  }
`);

const RecentRunFragment = graphql(`
  fragment RecentRun on Run {
    id
    number
    name
    backend
    queuedAt
    modelVersion {
      id
      number
      model {
        id
        name
      }
    }
    ...RunLive
    ...RunHeadline
  }
`);

export function RecentRuns({ project, path }: { project: FragmentType<typeof RecentRunsFragment>; path: ProjectPath }) {
  const { runs, viewerCanSubmitRun } = readFragment(RecentRunsFragment, project);
  const nodes = nodesOf(runs);
  if (nodes.length === 0) {
    return (
      <Empty
        icon={<IconStack2 />}
        title="No runs yet"
        description="A run quantizes one version of a model with one recipe, and measures what it cost."
        action={
          viewerCanSubmitRun ? (
            <Button component={Link} href={newRunHref(path)}>
              Start the first run
            </Button>
          ) : null
        }
      />
    );
  }
  return (
    <Stack gap={0} component="ul" className={classes.list} data-testid="recent-runs">
      {nodes.map((run) => (
        <li key={run.id}>
          <RecentRun run={run} href={runHref(path, run.number)} />
        </li>
      ))}
    </Stack>
  );
}

function RecentRun({ run: ref, href }: { run: FragmentType<typeof RecentRunFragment>; href: string }) {
  const run = readFragment(RecentRunFragment, ref);
  const live = readFragment(RunLiveFragment, run);
  const running = live.state === 'RUNNING' || live.state === 'CLAIMED';
  return (
    <UnstyledButton component={Link} href={href} className={classes.run} data-testid="run-row">
      <Group justify="space-between" wrap="nowrap" align="flex-start" gap="md" className={classes.line}>
        <div className={classes.name}>
          <Text fw={500} truncate>
            {run.name}
          </Text>
          <Text size="sm" c="dimmed" truncate>
            #{run.number} · {run.backend} · {run.modelVersion.model.name} v{run.modelVersion.number}
          </Text>
        </div>
        <Stack gap={2} align="flex-end" className={classes.end}>
          <RunStateBadge state={live.state} />
          <Text size="sm" c="dimmed" className="tabular">
            {hasEnded(live.state) ? (
              <RunHeadline run={run} />
            ) : running ? (
              stageLabel(live.stage)
            ) : (
              <Ago date={run.queuedAt} />
            )}
          </Text>
        </Stack>
      </Group>
      {running ? (
        <Progress
          value={overallFraction(live.stage, live.fraction) * 100}
          size={3}
          mt="xs"
          aria-label={`Progress of run ${run.number}`}
        />
      ) : null}
    </UnstyledButton>
  );
}
