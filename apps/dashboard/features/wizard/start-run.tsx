'use client';

import { useMutation } from '@apollo/client/react';
import { Button, Stack, Text, TextInput } from '@mantine/core';
import { IconPlayerPlay } from '@tabler/icons-react';
import { useRouter } from 'next/navigation';
import { useId, useState } from 'react';
import { type ProjectPath, runHref } from '#dashboard/features/projects/project-path.ts';
import type { PlanRunInput } from '#dashboard/graphql/generated/graphql.ts';
import { graphql } from '#dashboard/graphql/generated/index.ts';
import { type Problem, settle } from '#dashboard/graphql/settle.ts';
import { ProblemNotice } from '#dashboard/ui/notice.tsx';
import type { ChangeDraft } from './draft.ts';
import { randomKey } from './random-key.ts';
import { type WayBack, WizardNav } from './wizard-nav.tsx';

const SubmitRun = graphql(`
  mutation SubmitRun($input: SubmitRunInput!) {
    submitRun(input: $input) {
      ... on SubmitRunPayload {
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

/** Where the run belongs. */
export type NewRun = { readonly projectId: string; readonly promotedFromRunId?: string };

type StartRunProps = {
  run: NewRun;
  path: ProjectPath;
  /** What was planned. */
  input: PlanRunInput;
  name: string;
  change: ChangeDraft;
  /** Whether the plan leaves every layer as it is. */
  empty: boolean;
  back: WayBack;
  onStarted: () => void;
};

/** The run's name, and the button that starts what was planned. */
export function StartRun({ run, path, input, name, change, empty, back, onStarted }: StartRunProps) {
  const router = useRouter();
  const [submit, { loading }] = useMutation(SubmitRun);
  const [problem, setProblem] = useState<Problem | null>(null);
  const whyNot = useId();
  // One key for every click of this page: a repeated click or a retried request is the same run.
  const [idempotencyKey] = useState(randomKey);

  async function start() {
    setProblem(null);
    const trimmed = name.trim();
    const asked = { ...run, ...input, ...(trimmed ? { name: trimmed } : {}), idempotencyKey };
    const settled = await settle(submit({ variables: { input: asked } }), (answer) => answer.submitRun);
    if (settled.kind === 'refused') setProblem(settled.problem);
    else {
      onStarted();
      router.push(runHref(path, settled.payload.run.number));
    }
  }

  return (
    <Stack gap="sm">
      <ProblemNotice problem={problem} />
      <WizardNav {...back}>
        <TextInput
          label="Run name"
          placeholder="Named after model and backend"
          value={name}
          onChange={(event) => change({ name: event.currentTarget.value })}
          w={300}
          miw={0}
        />
        <Button
          leftSection={<IconPlayerPlay size={16} />}
          loading={loading}
          disabled={empty}
          {...(empty ? { 'aria-describedby': whyNot } : {})}
          onClick={start}
          style={{ flexShrink: 0 }}
        >
          Start run
        </Button>
      </WizardNav>
      {empty ? (
        <Text id={whyNot} size="sm" c="dimmed" ta="right">
          There is nothing to run: change the recipe or the model so that a layer is quantized.
        </Text>
      ) : null}
    </Stack>
  );
}
