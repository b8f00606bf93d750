'use client';

import { useQuery } from '@apollo/client/react';
import type { ProjectPath } from '#dashboard/features/projects/project-path.ts';
import { readRunAddress } from '#dashboard/features/runs/run-address.ts';
import { type FragmentType, graphql, readFragment } from '#dashboard/graphql/generated/index.ts';
import { Notice } from '#dashboard/ui/notice.tsx';
import { Page } from '#dashboard/ui/page.tsx';
import { QueryState } from '#dashboard/ui/query-state.tsx';
import { NewRunPage } from './new-run-page.tsx';
import { startOfRun } from './start-of-run.ts';

const RunToStartFromQuery = graphql(`
  query RunToStartFrom(
    $org: String!
    $project: String!
    $number: Int!
    $id: ID!
    $byNumber: Boolean!
    $promotes: Boolean!
  ) {
    organization(slug: $org) @include(if: $byNumber) {
      id
      project(slug: $project) {
        id
        run(number: $number) {
          ...RunToStartFrom
        }
      }
    }
    run(id: $id) @skip(if: $byNumber) {
      ...RunToStartFrom
    }
  }
`);

const RunToStartFromFragment = graphql(`
  fragment RunToStartFrom on Run {
    id
    number
    name
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
    promotion @include(if: $promotes) {
      to
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

type RunToStartFromProps = {
  path: ProjectPath;
  /** As the address of the page names the run. */
  run: string;
  /** `change`: the same run again, its recipe open. `promotion`: its next step. */
  as: 'change' | 'promotion';
  calibrationId?: string | null;
};

/** A new run that begins as an old one or as the next step of it: recipe, model and data are filled in. */
export function RunToStartFrom({ path, run: named, as, calibrationId = null }: RunToStartFromProps) {
  // What a next step takes may have been added since the page of the run was open, and a draft begins only once.
  const { data, loading, error, refetch } = useQuery(RunToStartFromQuery, {
    variables: { ...path, ...readRunAddress(named), promotes: as === 'promotion' },
    fetchPolicy: 'network-only',
  });
  const found = data?.organization?.project?.run ?? data?.run;
  if (!found) {
    return (
      <Page title="New run">
        <QueryState loading={loading} error={error} retry={() => void refetch()} what="run" />
      </Page>
    );
  }
  return as === 'change' ? (
    <Changed path={path} run={found} />
  ) : (
    <Promoted path={path} run={found} calibrationId={calibrationId} />
  );
}

type FoundProps = { path: ProjectPath; run: FragmentType<typeof RunToStartFromFragment> };

function Changed({ path, run: ref }: FoundProps) {
  const run = readFragment(RunToStartFromFragment, ref);
  return (
    <NewRunPage
      path={path}
      start={startOfRun(run)}
      origin={{
        title: `New run from #${run.number}`,
        words: `Recipe, model and data are those of run #${run.number}, ${run.name}, which stays as it is.`,
      }}
    />
  );
}

function Promoted({ path, run: ref, calibrationId }: FoundProps & { calibrationId: string | null }) {
  const run = readFragment(RunToStartFromFragment, ref);
  const { promotion, number, name } = run;
  if (!promotion) {
    return (
      <Page title="New run">
        <Notice tone="info">No next step follows from run #{number}.</Notice>
      </Page>
    );
  }
  const calibration = calibrationId ? { id: calibrationId } : promotion.calibration;
  return (
    <NewRunPage
      path={path}
      start={startOfRun({ ...promotion, calibration })}
      promotedFromRunId={run.id}
      origin={{
        title: `Promote run #${number}`,
        words: `Promotes run #${number}, ${name}, to ${promotion.to}: a new run, whose recipe, model and data are filled in. Run #${number} stays as it is.`,
      }}
    />
  );
}
