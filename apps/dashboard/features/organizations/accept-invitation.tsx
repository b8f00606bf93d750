'use client';

import { useMutation } from '@apollo/client/react';
import { Button, Stack, Text } from '@mantine/core';
import Link from 'next/link';
import { useState } from 'react';
import { AuthCard } from '#dashboard/features/account/auth-card.tsx';
import { useViewer } from '#dashboard/features/account/use-viewer.ts';
import { graphql } from '#dashboard/graphql/generated/index.ts';
import { type Problem, settle } from '#dashboard/graphql/settle.ts';
import { ProblemNotice } from '#dashboard/ui/notice.tsx';

const AcceptMutation = graphql(`
  mutation AcceptInvitation($id: ID!) {
    acceptInvitation(invitationId: $id) {
      ... on AcceptInvitationPayload {
        organization {
          slug
        }
      }
      ... on Error {
        message
        remedy
      }
    }
  }
`);

export function AcceptInvitation({ id }: { id: string }) {
  const { viewer } = useViewer();
  const [accept, { loading }] = useMutation(AcceptMutation);
  const [problem, setProblem] = useState<Problem | null>(null);

  async function join() {
    const result = await settle(accept({ variables: { id } }), (data) => data.acceptInvitation);
    if (result.kind === 'refused') setProblem(result.problem);
    else location.assign(`/${result.payload.organization.slug}`);
  }

  return (
    <AuthCard
      title={problem ? 'This invitation does not work' : 'You are invited'}
      description={problem ? null : 'A colleague wants you in their organization on Zeropoint.'}
    >
      <Stack>
        <ProblemNotice problem={problem} />
        <Text size="sm">
          You are signed in as {viewer?.email}. The invitation works only for the address it was sent to.
        </Text>
        {problem ? (
          <Button component={Link} href="/" variant="default">
            Back to the start
          </Button>
        ) : (
          <Button loading={loading} onClick={join}>
            Accept the invitation
          </Button>
        )}
      </Stack>
    </AuthCard>
  );
}
