'use client';

import { useMutation } from '@apollo/client/react';
import { Button, Modal, Select, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useDisclosure } from '@mantine/hooks';
import { IconUserPlus } from '@tabler/icons-react';
import { useState } from 'react';
import type { Role } from '#dashboard/graphql/generated/graphql.ts';
import { graphql } from '#dashboard/graphql/generated/index.ts';
import { type Problem, settle } from '#dashboard/graphql/settle.ts';
import { CodeBlock } from '#dashboard/ui/code-block.tsx';
import { ProblemNotice } from '#dashboard/ui/notice.tsx';
import { invitationUrl } from './invitation-url.ts';
import { roleOptions, roles } from './roles.ts';

const InviteMember = graphql(`
  mutation InviteMember($input: InviteMemberInput!) {
    inviteMember(input: $input) {
      ... on InviteMemberPayload {
        invitation {
          id
          email
        }
      }
      ... on Error {
        message
        remedy
      }
    }
  }
`);

type Invitation = { readonly id: string; readonly email: string };

export function InviteButton({ onInvited }: { onInvited: () => void }) {
  const [opened, { open, close }] = useDisclosure(false);
  const [sent, setSent] = useState<Invitation | null>(null);
  return (
    <>
      <Button variant="default" size="compact-sm" leftSection={<IconUserPlus size={15} />} onClick={open}>
        Invite
      </Button>
      <Modal opened={opened} onClose={close} onExitTransitionEnd={() => setSent(null)} title="Invite a person">
        {sent ? (
          <Stack>
            <Text size="sm">
              Send this link to {sent.email}. It works once, for that address, after they sign in or create an account.
            </Text>
            <CodeBlock code={invitationUrl(sent.id)} label="Invitation link" />
            <Button onClick={close}>Done</Button>
          </Stack>
        ) : (
          <InviteForm
            onDone={(invitation) => {
              setSent(invitation);
              onInvited();
            }}
          />
        )}
      </Modal>
    </>
  );
}

function InviteForm({ onDone }: { onDone: (invitation: Invitation) => void }) {
  const [invite] = useMutation(InviteMember);
  const [problem, setProblem] = useState<Problem | null>(null);
  const form = useForm<{ email: string; role: Role }>({
    initialValues: { email: '', role: 'MEMBER' },
    validate: { email: (email) => (email.includes('@') ? null : 'An e-mail address has an @ in it.') },
  });

  async function submit(input: { email: string; role: Role }) {
    setProblem(null);
    const result = await settle(invite({ variables: { input } }), (data) => data.inviteMember);
    if (result.kind === 'refused') setProblem(result.problem);
    else onDone(result.payload.invitation);
  }

  return (
    <form onSubmit={form.onSubmit(submit)} noValidate>
      <Stack>
        <ProblemNotice problem={problem} />
        <TextInput label="E-mail" type="email" data-autofocus {...form.getInputProps('email')} />
        <Select
          label="Role"
          data={roleOptions}
          allowDeselect={false}
          description={roles[form.values.role].can}
          {...form.getInputProps('role')}
        />
        <Button type="submit" loading={form.submitting}>
          Create invitation
        </Button>
      </Stack>
    </form>
  );
}
