'use client';

import { useQuery } from '@apollo/client/react';
import type { ProjectPath } from '#dashboard/features/projects/project-path.ts';
import { graphql } from '#dashboard/graphql/generated/index.ts';
import { Notice } from '#dashboard/ui/notice.tsx';
import { Page } from '#dashboard/ui/page.tsx';
import { QueryState } from '#dashboard/ui/query-state.tsx';
import { NewRunPage } from './new-run-page.tsx';
import { startOfRun } from './start-of-run.ts';

const RunToPromoteQuery = graphql(`
  query RunToPromote($id: ID!) {
    run(id: $id) {
      id
      number
      promotion {
        recipeYaml
        modelVersion {
          id
        }
        calibration {
          id
        }
        evaluation {
          id
        }
      }
    }
  }
`);

type RunToPromoteProps = { path: ProjectPath; id: string; calibrationId: string | null };

/** A new run that begins as the next step of an old one. */
export function RunToPromote({ path, id, calibrationId }: RunToPromoteProps) {
  // What the step takes may have been added since the page of the run was open, and a draft begins only once.
  const { data, loading, error, refetch } = useQuery(RunToPromoteQuery, {
    variables: { id },
    fetchPolicy: 'network-only',
  });
  const run = data?.run;
  if (!run) {
    return (
      <Page title="New run">
        <QueryState loading={loading} error={error} retry={() => void refetch()} what="run" />
      </Page>
    );
  }
  const { promotion } = run;
  if (!promotion) {
    return (
      <Page title="New run">
        <Notice tone="info">No next step follows from run #{run.number}.</Notice>
      </Page>
    );
  }
  const calibration = calibrationId ? { id: calibrationId } : promotion.calibration;
  return <NewRunPage path={path} start={startOfRun({ ...promotion, calibration })} promotedFromRunId={run.id} />;
}
