'use client';

import { Anchor, Button, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import Link from 'next/link';
import { useState } from 'react';
import { Notice } from '#dashboard/ui/notice.tsx';
import { AuthCard } from './auth-card.tsx';
import { authClient } from './auth-client.ts';
import { nextPath } from './next-path.ts';

const minPasswordLength = 8;

export function SignUpForm({ next }: { next: string | undefined }) {
  const [problem, setProblem] = useState<string | null>(null);
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { name: '', email: '', password: '' },
    validate: {
      name: (name) => (name.trim() ? null : 'Your colleagues need a name to know you by.'),
      email: (email) => (email.includes('@') ? null : 'An e-mail address has an @ in it.'),
      password: (password) =>
        password.length >= minPasswordLength
          ? null
          : `A password has at least ${minPasswordLength} characters; this one has ${password.length}.`,
    },
  });

  async function signUp(values: { name: string; email: string; password: string }) {
    setProblem(null);
    const { error } = await authClient.signUp.email(values);
    if (error) setProblem(error.message ?? 'The account was not created.');
    else location.assign(next ? nextPath(next) : '/new-organization');
  }

  return (
    <AuthCard title="Create your account">
      <form onSubmit={form.onSubmit(signUp)} noValidate>
        <Stack>
          {problem ? <Notice tone="problem">{problem}</Notice> : null}
          <TextInput label="Name" autoComplete="name" key={form.key('name')} {...form.getInputProps('name')} />
          <TextInput
            label="E-mail"
            type="email"
            autoComplete="email"
            key={form.key('email')}
            {...form.getInputProps('email')}
          />
          <PasswordInput
            label="Password"
            description={`At least ${minPasswordLength} characters`}
            autoComplete="new-password"
            key={form.key('password')}
            {...form.getInputProps('password')}
          />
          <Button type="submit" loading={form.submitting}>
            Create account
          </Button>
          <Text size="sm" ta="center" c="dimmed">
            Have an account?{' '}
            <Anchor component={Link} href={next ? `/sign-in?next=${encodeURIComponent(next)}` : '/sign-in'} inherit>
              Sign in
            </Anchor>
          </Text>
        </Stack>
      </form>
    </AuthCard>
  );
}
