'use client';

import { useMutation } from '@apollo/client/react';
import { Button, Group, Stack, Text } from '@mantine/core';
import { IconArrowRight, IconPencil } from '@tabler/icons-react';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { type ProjectPath, promotedRunHref, runHref } from '#dashboard/features/projects/project-path.ts';
import { randomKey } from '#dashboard/features/wizard/random-key.ts';
import { type FragmentType, graphql, readFragment } from '#dashboard/graphql/generated/index.ts';
import { type Problem, settle } from '#dashboard/graphql/settle.ts';
import { ProblemNotice } from '#dashboard/ui/notice.tsx';

const StartPromotionFragment = graphql(`
  fragment StartPromotion on Promotion {
    to
    modelVersion {
      id
    }
    graphOf {
      id
    }
  }
`);

const PromoteRun = graphql(`
  mutation PromoteRun($input: PromoteRunInput!) {
    promoteRun(input: $input) {
      ... on PromoteRunPayload {
        run {
          id
          number
        }
      }
      ... on Error {
        message
        remedy
      }
    }
  }
`);

const ModelFromGraph = graphql(`
  mutation ModelFromGraph($id: ID!) {
    modelFromGraph(modelVersionId: $id) {
      ... on ModelFromGraphPayload {
        modelVersion {
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

type StartPromotionProps = {
  run: { readonly id: string; readonly number: number };
  promotion: FragmentType<typeof StartPromotionFragment>;
  path: ProjectPath;
  calibrationId: string | null;
  /** Whether everything is there. */
  ready: boolean;
  /** Whether this step was taken before. */
  again: boolean;
  /** Whether the run is not worth a step further as it is. */
  doubtful: boolean;
};

/** The step in one click, or its recipe in the wizard. */
export function StartPromotion({
  run,
  promotion: ref,
  path,
  calibrationId,
  ready,
  again,
  doubtful,
}: StartPromotionProps) {
  const router = useRouter();
  const { to, modelVersion, graphOf } = readFragment(StartPromotionFragment, ref);
  const [promote, { loading: starting }] = useMutation(PromoteRun);
  const [make, { loading: making }] = useMutation(ModelFromGraph);
  const [problem, setProblem] = useState<Problem | null>(null);
  // One key for every click of this page: a repeated click or a retried request is the same run.
  const [idempotencyKey] = useState(randomKey);

  async function start() {
    const input = {
      runId: run.id,
      to,
      idempotencyKey,
      ...(calibrationId ? { calibrationVersionId: calibrationId } : {}),
    };
    const result = await settle(promote({ variables: { input } }), (data) => data.promoteRun);
    setProblem(result.kind === 'refused' ? result.problem : null);
    if (result.kind === 'done') router.push(runHref(path, result.payload.run.number));
  }

  async function edit() {
    // The wizard chooses among model versions, so the graph has to be one first.
    if (!modelVersion && graphOf) {
      const made = await settle(make({ variables: { id: graphOf.id } }), (data) => data.modelFromGraph);
      if (made.kind === 'refused') return setProblem(made.problem);
    }
    router.push(promotedRunHref(path, run.number, calibrationId));
  }

  return (
    <Stack gap="sm">
      <ProblemNotice problem={problem} />
      <Group gap="sm">
        <Button
          variant={again || doubtful ? 'default' : 'filled'}
          rightSection={<IconArrowRight size={16} />}
          disabled={!ready}
          loading={starting}
          onClick={start}
        >
          {again ? `Start ${to} once more` : `Start ${to}`}
        </Button>
        <Button variant="default" leftSection={<IconPencil size={16} />} loading={making} onClick={edit}>
          Edit first
        </Button>
      </Group>
      <Text size="sm" c="dimmed">
        Either makes a new run; run #{run.number} stays as it is. Edit first opens the new run’s recipe, model and data.
      </Text>
    </Stack>
  );
}
