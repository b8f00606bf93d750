'use client';

import { useMutation } from '@apollo/client/react';
import { Avatar, Box, Group, Stack, Text } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { useViewer } from '#dashboard/features/account/use-viewer.ts';
import { type FragmentType, graphql, readFragment } from '#dashboard/graphql/generated/index.ts';
import { type Problem, type Settled, settle } from '#dashboard/graphql/settle.ts';
import { ProblemNotice } from '#dashboard/ui/notice.tsx';
import { Section } from '#dashboard/ui/section.tsx';
import { MemberMenu } from './member-menu.tsx';
import { isRole, roles } from './roles.ts';

const MemberListFragment = graphql(`
  fragment MemberList on Organization {
    viewerCanInvite
    members {
      id
      name
      email
      role
    }
  }
`);

const ChangeRole = graphql(`
  mutation ChangeRole($id: ID!, $role: Role!) {
    changeRole(memberId: $id, role: $role) {
      ... on ChangeRolePayload {
        member {
          id
          role
        }
      }
      ... on Error {
        message
        remedy
      }
    }
  }
`);

const RemoveMember = graphql(`
  mutation RemoveMember($id: ID!) {
    removeMember(memberId: $id) {
      ... on RemoveMemberPayload {
        removedId
      }
      ... on Error {
        message
        remedy
      }
    }
  }
`);

type MemberListProps = {
  organization: FragmentType<typeof MemberListFragment>;
  action: ReactNode;
  onChange: () => void;
};

export function MemberList({ organization, action, onChange }: MemberListProps) {
  const { members, viewerCanInvite } = readFragment(MemberListFragment, organization);
  const { viewer } = useViewer();
  const [problem, setProblem] = useState<Problem | null>(null);
  const [changeRole] = useMutation(ChangeRole);
  const [removeMember] = useMutation(RemoveMember);

  async function show(pending: Promise<Settled<unknown>>) {
    const result = await pending;
    setProblem(result.kind === 'refused' ? result.problem : null);
    if (result.kind === 'done') onChange();
  }

  return (
    <Section title="Members" actions={action}>
      <Stack gap="sm">
        <ProblemNotice problem={problem} />
        {members.map((member) => (
          <Group key={member.id} gap="sm" wrap="nowrap">
            <Avatar name={member.name} color="initials" size={34} radius="xl" />
            <Box flex={1} miw={0}>
              <Text size="sm" fw={500} truncate>
                {member.name}
              </Text>
              <Text size="xs" c="dimmed" truncate>
                {roles[member.role].label} · {member.email}
              </Text>
            </Box>
            {viewerCanInvite && member.email !== viewer?.email ? (
              <MemberMenu
                name={member.name}
                role={member.role}
                onRole={(role) => {
                  if (isRole(role))
                    show(settle(changeRole({ variables: { id: member.id, role } }), (data) => data.changeRole));
                }}
                onRemove={() =>
                  show(settle(removeMember({ variables: { id: member.id } }), (data) => data.removeMember))
                }
              />
            ) : null}
          </Group>
        ))}
      </Stack>
    </Section>
  );
}
