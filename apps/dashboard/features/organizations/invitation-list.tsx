'use client';

import { Box, Group, Stack, Text } from '@mantine/core';
import { type FragmentType, graphql, readFragment } from '#dashboard/graphql/generated/index.ts';
import { Ago } from '#dashboard/ui/ago.tsx';
import { Copy } from '#dashboard/ui/copy.tsx';
import { Section } from '#dashboard/ui/section.tsx';
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

export function InvitationList({ organization }: { organization: FragmentType<typeof InvitationListFragment> }) {
  const invitations = readFragment(InvitationListFragment, organization).invitations.filter(
    ({ status }) => status.toLowerCase() === 'pending',
  );
  if (invitations.length === 0) return null;
  return (
    <Section title="Open invitations" description="Send each person their link.">
      <Stack gap="sm">
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
            <Copy value={invitationUrl(invitation.id)} label="Copy invitation link" />
          </Group>
        ))}
      </Stack>
    </Section>
  );
}

export function invitationUrl(id: string): string {
  return `${location.origin}/invitations/${encodeURIComponent(id)}`;
}
