'use client';

import { useMutation } from '@apollo/client/react';
import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconPencil, IconPlayerStop, IconRefresh } from '@tabler/icons-react';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { changedRunHref, type ProjectPath, runHref } from '#dashboard/features/projects/project-path.ts';
import { type FragmentType, graphql, readFragment } from '#dashboard/graphql/generated/index.ts';
import { type Problem, settle } from '#dashboard/graphql/settle.ts';
import { ProblemNotice } from '#dashboard/ui/notice.tsx';

const RunActionsFragment = graphql(`
  fragment RunActions on Run {
    id
    number
    state
    viewerCanCancel
    viewerCanRetry
  }
`);

const CancelRun = graphql(`
  mutation CancelRun($id: ID!) {
    cancelRun(id: $id) {
      ... on CancelRunPayload {
        run {
          id
          ...RunLive
          ...RunActions
        }
      }
      ... on Error {
        message
        remedy
      }
    }
  }
`);

const RetryRun = graphql(`
  mutation RetryRun($id: ID!) {
    retryRun(id: $id) {
      ... on RetryRunPayload {
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

type RunActionsProps = { run: FragmentType<typeof RunActionsFragment>; path: ProjectPath };

/** Cancel while it goes; when it is over, a new run with the same inputs, as they are or after a change. */
export function RunActions({ run: ref, path }: RunActionsProps) {
  const router = useRouter();
  const run = readFragment(RunActionsFragment, ref);
  const [asking, { open, close }] = useDisclosure(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [cancel, { loading: canceling }] = useMutation(CancelRun);
  const [retry, { loading: retrying }] = useMutation(RetryRun);
  const variables = { id: run.id };

  async function confirmCancel() {
    const result = await settle(cancel({ variables }), (data) => data.cancelRun);
    setProblem(result.kind === 'refused' ? result.problem : null);
    if (result.kind === 'done') close();
  }

  async function tryAgain() {
    const result = await settle(retry({ variables }), (data) => data.retryRun);
    if (result.kind === 'refused') setProblem(result.problem);
    else router.push(runHref(path, result.payload.run.number));
  }

  return (
    <>
      {problem && !asking ? <ProblemNotice problem={problem} /> : null}
      {run.viewerCanRetry ? (
        <>
          <Button
            component={Link}
            href={changedRunHref(path, run.number)}
            variant="default"
            leftSection={<IconPencil size={16} />}
          >
            Change the recipe
          </Button>
          <Button variant="default" leftSection={<IconRefresh size={16} />} loading={retrying} onClick={tryAgain}>
            {run.state === 'SUCCEEDED' ? 'Run again' : 'Try again'}
          </Button>
        </>
      ) : null}
      {run.viewerCanCancel ? (
        <Button variant="default" leftSection={<IconPlayerStop size={16} />} onClick={open}>
          Cancel run
        </Button>
      ) : null}
      <Modal opened={asking} onClose={close} title={`Cancel run #${run.number}?`}>
        <Stack>
          <Text size="sm">
            The worker stops at the next safe point. What it has made so far is thrown away; the log stays.
          </Text>
          <ProblemNotice problem={problem} />
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              Keep it running
            </Button>
            <Button color="red" loading={canceling} onClick={confirmCancel}>
              Cancel the run
            </Button>
          </Group>
        </Stack>
      </Modal>
    </>
  );
}
