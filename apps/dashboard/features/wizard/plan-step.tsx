'use client';

import { useQuery } from '@apollo/client/react';
import { Button, Stack } from '@mantine/core';
import { PlanSummary } from '#dashboard/features/plan/plan-summary.tsx';
import { PlanTable } from '#dashboard/features/plan/plan-table.tsx';
import type { ProjectPath } from '#dashboard/features/projects/project-path.ts';
import { errorSentence } from '#dashboard/graphql/error-sentence.ts';
import { graphql } from '#dashboard/graphql/generated/index.ts';
import { Notice } from '#dashboard/ui/notice.tsx';
import { Section } from '#dashboard/ui/section.tsx';
import { Loading } from '#dashboard/ui/states.tsx';
import { AnotherVersionLink } from './another-version-link.tsx';
import type { ChangeDraft, RunDraft } from './draft.ts';
import { type NewRun, StartRun } from './start-run.tsx';
import { type WayBack, WizardNav } from './wizard-nav.tsx';

const PlanRunQuery = graphql(`
  query PlanRun($input: PlanRunInput!, $modelVersionId: ID!) {
    planRun(input: $input) {
      ... on Plan {
        quantizedLayers
        ...PlanSummary
        ...PlanTable
      }
      ... on Error {
        message
        remedy
      }
      ... on UnusableInputError {
        code
      }
    }
    node(id: $modelVersionId) {
      ... on ModelVersion {
        id
        model {
          id
        }
      }
    }
  }
`);

/** What another version of the model, with the right companion graph, would mend. */
const mendedByVersion: readonly string[] = ['GRAPH_MISSING', 'GRAPH_MISMATCH'];

type PlanStepProps = {
  draft: RunDraft;
  change: ChangeDraft;
  run: NewRun;
  recipeYaml: string;
  path: ProjectPath;
  back: WayBack;
  viewerCanUpload: boolean;
  onChangeRecipe: () => void;
  onStarted: () => void;
};

/** What would be quantized, how, and why not the rest; then the button that starts it. */
export function PlanStep(props: PlanStepProps) {
  const { draft, change, run, recipeYaml, path, back, viewerCanUpload, onChangeRecipe, onStarted } = props;
  const input = {
    modelVersionId: draft.modelVersionId ?? '',
    recipeYaml,
    calibrationVersionId: draft.calibrationVersionId,
    evaluationVersionId: draft.evaluationVersionId,
  };
  const { data, loading, error, refetch } = useQuery(PlanRunQuery, {
    variables: { input, modelVersionId: input.modelVersionId },
    fetchPolicy: 'no-cache',
  });
  const planAgain = (
    <Button variant="default" onClick={() => void refetch()}>
      Plan again
    </Button>
  );

  if (loading) {
    return (
      <Stack gap="xl">
        <Section title="Planning" description="A worker is reading the model's headers.">
          <Loading lines={5} label="Planning" />
        </Section>
        <WizardNav {...back} />
      </Stack>
    );
  }
  const result = data?.planRun;
  if (!result) {
    return (
      <Stack gap="xl">
        <Notice tone="problem" title="No plan was made" remedy="Nothing was started. What you chose is kept.">
          {error ? errorSentence(error) : 'The server gave no plan.'}
        </Notice>
        <WizardNav {...back}>{planAgain}</WizardNav>
      </Stack>
    );
  }
  if ('message' in result) {
    const model = data?.node?.__typename === 'ModelVersion' ? data.node.model : null;
    const isMended = result.__typename === 'UnusableInputError' && mendedByVersion.includes(result.code);
    return (
      <Stack gap="xl">
        <Notice tone="problem" title="This run would fail" remedy={result.remedy}>
          {result.message}
        </Notice>
        <WizardNav {...back}>
          {planAgain}
          {model && isMended && viewerCanUpload ? <AnotherVersionLink path={path} modelId={model.id} /> : null}
          <Button onClick={onChangeRecipe}>Change the recipe</Button>
        </WizardNav>
      </Stack>
    );
  }
  return (
    <Stack gap="lg">
      <PlanSummary plan={result} />
      <Section title="Layer by layer" padding="bare">
        <PlanTable plan={result} height={380} />
      </Section>
      <StartRun
        run={run}
        path={path}
        input={input}
        name={draft.name}
        change={change}
        empty={result.quantizedLayers === 0}
        back={back}
        onStarted={onStarted}
      />
    </Stack>
  );
}
