'use client';

import { useMutation, useQuery } from '@apollo/client/react';
import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { IconPlayerPlay } from '@tabler/icons-react';
import { useRouter } from 'next/navigation';
import { useId, useState } from 'react';
import { PlanSummary } from '#dashboard/features/plan/plan-summary.tsx';
import { PlanTable } from '#dashboard/features/plan/plan-table.tsx';
import { type ProjectPath, runHref } from '#dashboard/features/projects/project-path.ts';
import { graphql } from '#dashboard/graphql/generated/index.ts';
import { type Problem, settle } from '#dashboard/graphql/settle.ts';
import { Notice, ProblemNotice } from '#dashboard/ui/notice.tsx';
import { QueryState } from '#dashboard/ui/query-state.tsx';
import { Section } from '#dashboard/ui/section.tsx';
import { Loading } from '#dashboard/ui/states.tsx';
import type { ChangeDraft, RunDraft } from './draft.ts';
import { randomKey } from './random-key.ts';

const PlanRunQuery = graphql(`
  query PlanRun($input: PlanRunInput!) {
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
    }
  }
`);

const SubmitRun = graphql(`
  mutation SubmitRun($input: SubmitRunInput!) {
    submitRun(input: $input) {
      ... on SubmitRunPayload {
        run {
          id
        }
      }
      ... on Error {
        message
        remedy
      }
    }
  }
`);

type PlanStepProps = {
  draft: RunDraft;
  change: ChangeDraft;
  projectId: string;
  recipeYaml: string;
  path: ProjectPath;
  onBack: () => void;
  onChangeRecipe: () => void;
  onStarted: () => void;
};

/** What would be quantized, how, and why not the rest; then the button that starts it. */
export function PlanStep(props: PlanStepProps) {
  const { draft, change, projectId, recipeYaml, path, onBack, onChangeRecipe, onStarted } = props;
  const router = useRouter();
  const [submit, { loading: submitting }] = useMutation(SubmitRun);
  const whyNot = useId();
  const [problem, setProblem] = useState<Problem | null>(null);
  // One key for every click of this page: a repeated click or a retried request is the same run.
  const [idempotencyKey] = useState(randomKey);
  const input = {
    modelVersionId: draft.modelVersionId ?? '',
    recipeYaml,
    calibrationVersionId: draft.calibrationVersionId,
    evaluationVersionId: draft.evaluationVersionId,
  };
  const { data, loading, error, refetch } = useQuery(PlanRunQuery, {
    variables: { input },
    fetchPolicy: 'no-cache',
  });
  const result = data?.planRun;

  async function start() {
    setProblem(null);
    const name = draft.name.trim();
    const run = { projectId, ...input, ...(name ? { name } : {}), idempotencyKey };
    const settled = await settle(submit({ variables: { input: run } }), (answer) => answer.submitRun);
    if (settled.kind === 'refused') setProblem(settled.problem);
    else {
      onStarted();
      router.push(runHref(path, settled.payload.run.id));
    }
  }

  const back = (
    <Button variant="default" onClick={onBack}>
      Back
    </Button>
  );
  if (loading) {
    return (
      <Section title="Planning" description="A worker is reading the model's headers.">
        <Loading lines={5} label="Planning" />
      </Section>
    );
  }
  if (!result) return <QueryState loading={false} error={error} retry={() => void refetch()} what="plan" />;
  if ('message' in result) {
    return (
      <Stack>
        <Notice tone="problem" title="This run would fail" remedy={result.remedy}>
          {result.message}
        </Notice>
        <Group>
          {back}
          <Button onClick={onChangeRecipe}>Change the recipe</Button>
          <Button variant="default" onClick={() => void refetch()}>
            Plan again
          </Button>
        </Group>
      </Stack>
    );
  }
  const empty = result.quantizedLayers === 0;
  return (
    <Stack gap="lg">
      <PlanSummary plan={result} />
      <Section title="Layer by layer" padding="bare">
        <PlanTable plan={result} height={380} />
      </Section>
      <ProblemNotice problem={problem} />
      <Group justify="space-between" align="flex-end">
        {back}
        <Group align="flex-end">
          <TextInput
            label="Run name"
            placeholder="Named after model and backend"
            value={draft.name}
            onChange={(event) => change({ name: event.currentTarget.value })}
            w={{ base: '100%', xs: 300 }}
          />
          <Button
            leftSection={<IconPlayerPlay size={16} />}
            loading={submitting}
            disabled={empty}
            {...(empty ? { 'aria-describedby': whyNot } : {})}
            onClick={start}
          >
            Start run
          </Button>
        </Group>
      </Group>
      {empty ? (
        <Text id={whyNot} size="sm" c="dimmed" ta="right">
          There is nothing to run: change the recipe or the model so that a layer is quantized.
        </Text>
      ) : null}
    </Stack>
  );
}
