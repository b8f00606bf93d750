'use client';

import { useMutation } from '@apollo/client/react';
import { ActionIcon, Avatar, Box, Group, Menu, Stack, Text } from '@mantine/core';
import { IconCheck, IconDots, IconUserMinus } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { useViewer } from '#dashboard/features/account/use-viewer.ts';
import { type FragmentType, graphql, readFragment } from '#dashboard/graphql/generated/index.ts';
import { type Problem, type Settled, settle } from '#dashboard/graphql/settle.ts';
import { ProblemNotice } from '#dashboard/ui/notice.tsx';
import { Section } from '#dashboard/ui/section.tsx';
import { isRole, roleOptions, roles } from './roles.ts';

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

type MemberMenuProps = { name: string; role: string; onRole: (role: string) => void; onRemove: () => void };

function MemberMenu({ name, role, onRole, onRemove }: MemberMenuProps) {
  return (
    <Menu position="bottom-end" width={200}>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" aria-label={`Change ${name}`}>
          <IconDots size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>Role</Menu.Label>
        {roleOptions.map(({ value, label }) => (
          <Menu.Item
            key={value}
            onClick={() => onRole(value)}
            rightSection={role === value ? <IconCheck size={14} /> : null}
          >
            {label}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item color="red" leftSection={<IconUserMinus size={16} />} onClick={onRemove}>
          Remove {name}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
