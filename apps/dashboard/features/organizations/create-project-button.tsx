'use client';

import { useMutation } from '@apollo/client/react';
import { Button, Modal, Stack, Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useDisclosure } from '@mantine/hooks';
import { IconPlus } from '@tabler/icons-react';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { graphql } from '#dashboard/graphql/generated/index.ts';
import { type Problem, settle } from '#dashboard/graphql/settle.ts';
import { ProblemNotice } from '#dashboard/ui/notice.tsx';

const CreateProject = graphql(`
  mutation CreateProject($input: CreateProjectInput!) {
    createProject(input: $input) {
      ... on CreateProjectPayload {
        project {
          id
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

export function CreateProjectButton({ organization }: { organization: string }) {
  const [opened, { open, close }] = useDisclosure(false);
  const [create] = useMutation(CreateProject);
  const [problem, setProblem] = useState<Problem | null>(null);
  const router = useRouter();
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { name: '', description: '' },
    validate: { name: (name) => (name.trim() ? null : 'A project needs a name.') },
  });

  async function submit({ name, description }: { name: string; description: string }) {
    setProblem(null);
    const input = { name: name.trim(), ...(description.trim() ? { description: description.trim() } : {}) };
    const result = await settle(create({ variables: { input } }), (data) => data.createProject);
    if (result.kind === 'refused') setProblem(result.problem);
    else router.push(`/${organization}/${result.payload.project.slug}`);
  }

  return (
    <>
      <Button leftSection={<IconPlus size={16} />} onClick={open}>
        New project
      </Button>
      <Modal opened={opened} onClose={close} title="New project">
        <form onSubmit={form.onSubmit(submit)} noValidate>
          <Stack>
            <ProblemNotice problem={problem} />
            <TextInput label="Project name" data-autofocus key={form.key('name')} {...form.getInputProps('name')} />
            <Textarea
              label="Description"
              autosize
              minRows={2}
              key={form.key('description')}
              {...form.getInputProps('description')}
            />
            <Button type="submit" loading={form.submitting}>
              Create project
            </Button>
          </Stack>
        </form>
      </Modal>
    </>
  );
}
