'use client';

import { useQuery } from '@apollo/client/react';
import { Box, Stack, Tabs, Text } from '@mantine/core';
import { useEffect } from 'react';
import { type ProjectPath, runHref } from '#dashboard/features/projects/project-path.ts';
import { graphql, readFragment } from '#dashboard/graphql/generated/index.ts';
import { CodeBlock } from '#dashboard/ui/code-block.tsx';
import { LiveState } from '#dashboard/ui/live-state.tsx';
import { LogView } from '#dashboard/ui/log-view.tsx';
import { Page } from '#dashboard/ui/page.tsx';
import { QueryState } from '#dashboard/ui/query-state.tsx';
import { RunStateBadge } from '#dashboard/ui/run-state-badge.tsx';
import { Section } from '#dashboard/ui/section.tsx';
import { RunActions } from './run-actions.tsx';
import type { RunAddress } from './run-address.ts';
import { RunArtifacts } from './run-artifacts.tsx';
import { RunAttempts } from './run-attempts.tsx';
import { RunFailure } from './run-failure.tsx';
import { RunInputs } from './run-inputs.tsx';
import { RunLineage } from './run-lineage.tsx';
import { RunLint } from './run-lint.tsx';
import { hasEnded, RunLiveFragment } from './run-live.ts';
import { RunOutcome } from './run-outcome.tsx';
import { RunPlan } from './run-plan.tsx';
import { RunProgress } from './run-progress.tsx';
import { RunPromotion } from './run-promotion.tsx';
import { useRunEvents } from './use-run-events.ts';

const RunPageQuery = graphql(`
  query RunPage($org: String!, $project: String!, $number: Int!, $id: ID!, $byNumber: Boolean!) {
    organization(slug: $org) @include(if: $byNumber) {
      id
      project(slug: $project) {
        id
        run(number: $number) {
          ...RunPage
        }
      }
    }
    run(id: $id) @skip(if: $byNumber) {
      ...RunPage
    }
  }
`);

const RunPageFragment = graphql(`
  fragment RunPage on Run {
    id
    number
    name
    backend
    recipeYaml
    viewerCanPromote
    ...RunLineage
    ...RunLive
    ...RunActions
    ...RunProgress
    ...RunFailure
    ...RunOutcome
    ...RunLint
    ...RunArtifacts
    ...RunInputs
    ...RunAttempts
  }
`);

/** A run as it goes, and what came of it. */
export function RunPage({ path, address }: { path: ProjectPath; address: RunAddress }) {
  const { data, loading, error, refetch } = useQuery(RunPageQuery, { variables: { ...path, ...address } });
  const run = readFragment(RunPageFragment, data?.organization?.project?.run ?? data?.run);
  const href = run ? runHref(path, run.number) : null;
  useEffect(() => {
    if (href && !address.byNumber) window.history.replaceState(null, '', href);
  }, [href, address.byNumber]);
  const { lines, state: follow } = useRunEvents(run ? run.id : null, () => void refetch());
  if (!run) {
    return (
      <Page title="Run">
        <QueryState loading={loading} error={error} retry={() => void refetch()} what="run" />
      </Page>
    );
  }
  const live = readFragment(RunLiveFragment, run);
  const ended = hasEnded(live.state);
  return (
    <Page
      title={run.name}
      description={
        <Text c="dimmed" component="div" style={{ display: 'flex', flexWrap: 'wrap', gap: 10, alignItems: 'center' }}>
          <RunStateBadge state={live.state} size="lg" />
          <span className="tabular">
            Run #{run.number} · {run.backend}
          </span>
          {ended ? null : <LiveState state={follow} />}
        </Text>
      }
      actions={<RunActions run={run} path={path} />}
    >
      <Stack gap="lg">
        <RunLineage run={run} path={path} />
        {ended ? null : <RunProgress run={run} />}
        <RunFailure run={run} />
        <RunOutcome run={run} />
        <RunLint run={run} />
        <RunArtifacts run={run} />
        {run.viewerCanPromote ? <RunPromotion id={run.id} path={path} /> : null}
        <Section
          title="Log"
          description={lines.length === 0 && !ended ? 'Lines appear here as the worker writes them.' : null}
        >
          <LogView lines={lines} label="Run log" />
        </Section>
        <RunInputs run={run} path={path} />
        <Section title="How it was made" padding="bare">
          <Tabs defaultValue="plan">
            <Tabs.List px="lg">
              <Tabs.Tab value="plan">Plan</Tabs.Tab>
              <Tabs.Tab value="recipe">Recipe</Tabs.Tab>
              <Tabs.Tab value="attempts">Attempts</Tabs.Tab>
            </Tabs.List>
            <Tabs.Panel value="plan" pt="md">
              {live.hasPlan ? (
                <RunPlan id={run.id} />
              ) : (
                <Text c="dimmed" size="sm" p="lg">
                  {ended
                    ? 'This run ended before its plan was written.'
                    : 'The plan is written when the worker has read the model.'}
                </Text>
              )}
            </Tabs.Panel>
            <Tabs.Panel value="recipe" p="lg">
              <CodeBlock code={run.recipeYaml} label="Recipe" />
            </Tabs.Panel>
            <Tabs.Panel value="attempts" p="lg">
              <RunAttempts run={run} />
            </Tabs.Panel>
          </Tabs>
          <Box h="xs" />
        </Section>
      </Stack>
    </Page>
  );
}
