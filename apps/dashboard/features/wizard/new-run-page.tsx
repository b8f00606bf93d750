'use client';

import { useQuery } from '@apollo/client/react';
import { Button, Group, Stepper } from '@mantine/core';
import { useState } from 'react';
import type { ProjectPath } from '#dashboard/features/projects/project-path.ts';
import { graphql } from '#dashboard/graphql/generated/index.ts';
import { Page } from '#dashboard/ui/page.tsx';
import { QueryState } from '#dashboard/ui/query-state.tsx';
import { Forbidden } from '#dashboard/ui/states.tsx';
import { type ChangeDraft, emptyDraft, needsOf, yamlOf } from './draft.ts';
import { GoalStep } from './goal-step.tsx';
import { InputsStep } from './inputs-step.tsx';
import { PlanStep } from './plan-step.tsx';
import { RecipeStep } from './recipe-step.tsx';

const NewRunQuery = graphql(`
  query NewRun($org: String!, $project: String!) {
    organization(slug: $org) {
      id
      project(slug: $project) {
        id
        viewerCanSubmitRun
        viewerCanUpload
        ...InputsStep
      }
    }
    backends {
      id
      input
      presetYaml
      ...RecipeStep
    }
  }
`);

const steps = ['Goal', 'Recipe', 'Model and data', 'Plan'] as const;
const planStep = steps.length - 1;

/** From two questions to a submitted run; nothing is submitted before its plan was seen. */
export function NewRunPage({ path, modelVersionId }: { path: ProjectPath; modelVersionId: string | null }) {
  const query = useQuery(NewRunQuery, { variables: path });
  const [step, setStep] = useState(0);
  const [draft, setDraft] = useState({ ...emptyDraft, modelVersionId });
  const change: ChangeDraft = (changes) => setDraft((current) => ({ ...current, ...changes }));
  const project = query.data?.organization?.project;
  const backends = query.data?.backends;

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

  const recipeYaml = yamlOf(draft, backends);
  const needs = needsOf(recipeYaml, backends);
  const done = [
    draft.source !== null,
    recipeYaml.trim() !== '',
    draft.modelVersionId !== null && (!needs?.calibration || draft.calibrationVersionId !== null),
  ];
  const goTo = (target: number) => {
    setStep(target);
    scrollTo({ top: 0 });
  };
  const reachable = (target: number) => done.slice(0, target).every(Boolean);

  return (
    <Page
      title="New run"
      description="Two questions, a recipe, a model; then the plan, before anything runs."
      size={1080}
    >
      <Stepper
        active={step}
        size="sm"
        mb="xl"
        onStepClick={(target) => {
          if (reachable(target)) goTo(target);
        }}
      >
        {steps.map((label, index) => (
          <Stepper.Step key={label} label={label} allowStepSelect={reachable(index)} />
        ))}
      </Stepper>
      {step === 0 ? <GoalStep draft={draft} change={change} /> : null}
      {step === 1 ? <RecipeStep draft={draft} change={change} backends={backends} /> : null}
      {step === 2 ? (
        <InputsStep
          draft={draft}
          change={change}
          needs={needs}
          project={project}
          organization={path.org}
          reload={() => void query.refetch()}
        />
      ) : null}
      {step === planStep ? (
        <PlanStep draft={draft} change={change} projectId={project.id} recipeYaml={recipeYaml} path={path} />
      ) : null}
      <Group justify="space-between" mt="xl">
        <Button variant="default" onClick={() => goTo(step - 1)} style={step === 0 ? { visibility: 'hidden' } : {}}>
          Back
        </Button>
        {step < planStep ? (
          <Button disabled={!done[step]} onClick={() => goTo(step + 1)}>
            {step === planStep - 1 ? 'See the plan' : 'Continue'}
          </Button>
        ) : null}
      </Group>
    </Page>
  );
}
