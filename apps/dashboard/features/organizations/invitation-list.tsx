'use client';

import { useMutation } from '@apollo/client/react';
import { ActionIcon, Box, Group, Stack, Text } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { useState } from 'react';
import { type FragmentType, graphql, readFragment } from '#dashboard/graphql/generated/index.ts';
import { type Problem, settle } from '#dashboard/graphql/settle.ts';
import { Ago } from '#dashboard/ui/ago.tsx';
import { Copy } from '#dashboard/ui/copy.tsx';
import { ProblemNotice } from '#dashboard/ui/notice.tsx';
import { Section } from '#dashboard/ui/section.tsx';
import { invitationUrl } from './invitation-url.ts';
import { roles } from './roles.ts';

const InvitationListFragment = graphql(`
  fragment InvitationList on Organization {
    invitations {
      id
      email
      role
      status
      expiresAt
    }
  }
`);

const CancelInvitation = graphql(`
  mutation CancelInvitation($id: ID!) {
    cancelInvitation(invitationId: $id) {
      ... on CancelInvitationPayload {
        invitation {
          id
          status
        }
      }
      ... on Error {
        message
        remedy
      }
    }
  }
`);

type InvitationListProps = {
  organization: FragmentType<typeof InvitationListFragment>;
  onChange: () => void;
};

/** Who was asked and has not answered: their link again, or the way to take it back. */
export function InvitationList({ organization, onChange }: InvitationListProps) {
  const [cancel] = useMutation(CancelInvitation);
  const [problem, setProblem] = useState<Problem | null>(null);
  const invitations = readFragment(InvitationListFragment, organization).invitations.filter(
    ({ status }) => status.toLowerCase() === 'pending',
  );
  if (invitations.length === 0) return null;

  async function withdraw(id: string) {
    const result = await settle(cancel({ variables: { id } }), (data) => data.cancelInvitation);
    setProblem(result.kind === 'refused' ? result.problem : null);
    if (result.kind === 'done') onChange();
  }

  return (
    <Section title="Open invitations" description="Send each person their link.">
      <Stack gap="sm">
        <ProblemNotice problem={problem} />
        {invitations.map((invitation) => (
          <Group key={invitation.id} gap="sm" wrap="nowrap" justify="space-between">
            <Box miw={0}>
              <Text size="sm" truncate>
                {invitation.email}
              </Text>
              <Text size="xs" c="dimmed">
                {roles[invitation.role].label} · ends <Ago date={invitation.expiresAt} />
              </Text>
            </Box>
            <Group gap={4} wrap="nowrap">
              <Copy value={invitationUrl(invitation.id)} label="Copy invitation link" />
              <ActionIcon
                variant="subtle"
                color="gray"
                aria-label={`Withdraw the invitation of ${invitation.email}`}
                onClick={() => withdraw(invitation.id)}
              >
                <IconX size={16} />
              </ActionIcon>
            </Group>
          </Group>
        ))}
      </Stack>
    </Section>
  );
}
