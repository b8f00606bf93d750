'use client';

import { useMutation } from '@apollo/client/react';
import { Button, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useState } from 'react';
import { AuthCard } from '#dashboard/features/account/auth-card.tsx';
import { graphql } from '#dashboard/graphql/generated/index.ts';
import { type Problem, settle } from '#dashboard/graphql/settle.ts';
import { ProblemNotice } from '#dashboard/ui/notice.tsx';

const CreateOrganization = graphql(`
  mutation CreateOrganization($input: CreateOrganizationInput!) {
    createOrganization(input: $input) {
      ... on CreateOrganizationPayload {
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

export function CreateOrganizationForm() {
  const [create] = useMutation(CreateOrganization);
  const [problem, setProblem] = useState<Problem | null>(null);
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { name: '' },
    validate: { name: (name) => (name.trim() ? null : 'An organization needs a name.') },
  });

  async function submit({ name }: { name: string }) {
    setProblem(null);
    const result = await settle(
      create({ variables: { input: { name: name.trim() } } }),
      (data) => data.createOrganization,
    );
    if (result.kind === 'refused') setProblem(result.problem);
    // A full load, so that the list of organizations in the menu is asked for anew.
    else location.assign(`/${result.payload.organization.slug}`);
  }

  return (
    <AuthCard
      title="Create an organization"
      description="Projects, models and people belong to an organization. Nothing is shared between two of them."
    >
      <form onSubmit={form.onSubmit(submit)} noValidate>
        <Stack>
          <ProblemNotice problem={problem} />
          <TextInput
            label="Organization name"
            placeholder="Acme Vision"
            data-autofocus
            key={form.key('name')}
            {...form.getInputProps('name')}
          />
          <Button type="submit" loading={form.submitting}>
            Create organization
          </Button>
        </Stack>
      </form>
    </AuthCard>
  );
}
