'use client';

import { useQuery } from '@apollo/client/react';
import type { ProjectPath } from '#dashboard/features/projects/project-path.ts';
import { graphql } from '#dashboard/graphql/generated/index.ts';
import { Page } from '#dashboard/ui/page.tsx';
import { QueryState } from '#dashboard/ui/query-state.tsx';
import { NewRunPage } from './new-run-page.tsx';
import { startOfRun } from './start-of-run.ts';

const RunToChangeQuery = graphql(`
  query RunToChange($id: ID!) {
    run(id: $id) {
      id
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
`);

/** A new run that begins as an old one: its recipe open to be changed, its model and data already chosen. */
export function RunToChange({ path, id }: { path: ProjectPath; id: string }) {
  const { data, loading, error, refetch } = useQuery(RunToChangeQuery, { variables: { id } });
  const run = data?.run;
  if (!run) {
    return (
      <Page title="New run">
        <QueryState loading={loading} error={error} retry={() => void refetch()} what="run" />
      </Page>
    );
  }
  return <NewRunPage path={path} start={startOfRun(run)} />;
}
