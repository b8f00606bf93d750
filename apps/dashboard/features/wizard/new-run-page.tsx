'use client';

import { useQuery } from '@apollo/client/react';
import type { ProjectPath } from '#dashboard/features/projects/project-path.ts';
import { graphql } from '#dashboard/graphql/generated/index.ts';
import { nodesOf } from '#dashboard/graphql/nodes.ts';
import { usePollWhile } from '#dashboard/graphql/use-poll-while.ts';
import { Page } from '#dashboard/ui/page.tsx';
import { QueryState } from '#dashboard/ui/query-state.tsx';
import { Forbidden } from '#dashboard/ui/states.tsx';
import { isCalibrated, type RunDraft, yamlOf } from './draft.ts';
import { GoalStep } from './goal-step.tsx';
import { InputsStep } from './inputs-step.tsx';
import { PlanStep } from './plan-step.tsx';
import { RecipeStep } from './recipe-step.tsx';
import { StartOverButton } from './start-over-button.tsx';
import { useRecipeNeeds } from './use-recipe-needs.ts';
import { useRunDraft } from './use-run-draft.ts';
import { useWizardStep } from './use-wizard-step.ts';
import { WizardFrame } from './wizard-frame.tsx';
import { inputsStep, recipeStep } from './wizard-steps.ts';

const NewRunQuery = graphql(`
  query NewRun($org: String!, $project: String!) {
    organization(slug: $org) {
      id
      project(slug: $project) {
        id
        viewerCanSubmitRun
        viewerCanUpload
        models(first: 100) {
          edges {
            node {
              id
              latestVersion {
                id
                inspectionState
              }
            }
          }
        }
        datasets(first: 100) {
          edges {
            node {
              id
              latestVersion {
                id
                inspectionState
              }
            }
          }
        }
        ...InputsStep
      }
    }
    backends {
      id
      input
      formats
      modes
      presetYaml
      ...RecipeStep
    }
  }
`);

type NewRunPageProps = {
  path: ProjectPath;
  start: RunDraft;
  /** The run that this one takes a step further. */
  promotedFromRunId?: string;
  /** Where recipe, model and data come from, when they are filled in. */
  origin?: { readonly title: string; readonly words: string };
};

const fresh = {
  title: 'New run',
  words: 'Two questions, a recipe, a model; then the plan, before anything runs.',
};

/** From two questions to a submitted run; nothing is submitted before its plan was seen. */
export function NewRunPage({ path, start, promotedFromRunId, origin = fresh }: NewRunPageProps) {
  // Models and data may have been uploaded on other pages since the wizard was last open.
  const query = useQuery(NewRunQuery, { variables: path, fetchPolicy: 'cache-and-network' });
  const { draft, begun, change, startOver, forget } = useRunDraft(path, start);
  const project = query.data?.organization?.project;
  const backends = query.data?.backends;
  const recipeYaml = yamlOf(draft, backends ?? []);
  const needs = useRecipeNeeds(recipeYaml, backends ?? []);
  const done = [draft.source !== null, needs !== null, draft.modelVersionId !== null && isCalibrated(draft, needs)];
  const first = start.source ? recipeStep : 0;
  const { step, goTo } = useWizardStep({ first, done });
  const back = {
    onBack: step > 0 ? () => goTo(step - 1) : null,
    startOver:
      begun || step !== first ? (
        <StartOverButton
          hasChoices={begun}
          onStartOver={() => {
            startOver();
            goTo(first);
          }}
        />
      ) : null,
  };
  const inputs = [...nodesOf(project?.models), ...nodesOf(project?.datasets)];
  usePollWhile(
    query,
    inputs.some(({ latestVersion }) => latestVersion?.inspectionState === 'PENDING'),
  );

  if (!project || !backends) {
    return (
      <Page title="New run">
        <QueryState loading={query.loading} error={query.error} retry={() => void query.refetch()} what="project" />
      </Page>
    );
  }
  if (!project.viewerCanSubmitRun) {
    return (
      <Page title="New run">
        <Forbidden message="Your role here lets you look and download, not start runs." />
      </Page>
    );
  }

  return (
    <Page title={origin.title} description={origin.words} size={1080}>
      <WizardFrame step={step} done={done} onStep={goTo} back={back}>
        {step === 0 ? <GoalStep draft={draft} change={change} /> : null}
        {step === recipeStep ? <RecipeStep draft={draft} change={change} backends={backends} /> : null}
        {step === inputsStep ? (
          <InputsStep
            draft={draft}
            change={change}
            needs={needs}
            project={project}
            organization={path.org}
            reload={() => void query.refetch()}
          />
        ) : null}
        {step === 3 ? (
          <PlanStep
            draft={draft}
            change={change}
            run={{ projectId: project.id, ...(promotedFromRunId ? { promotedFromRunId } : {}) }}
            recipeYaml={recipeYaml}
            path={path}
            back={back}
            viewerCanUpload={project.viewerCanUpload}
            onChangeRecipe={() => goTo(recipeStep)}
            onStarted={forget}
          />
        ) : null}
      </WizardFrame>
    </Page>
  );
}
