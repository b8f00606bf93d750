'use client';

import { Anchor, Button, Divider, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import Link from 'next/link';
import { useState } from 'react';
import { Notice } from '#dashboard/ui/notice.tsx';
import { AuthCard } from './auth-card.tsx';
import { authClient } from './auth-client.ts';
import { DemoButton } from './demo-button.tsx';
import { nextPath } from './next-path.ts';

export function SignInForm({ next }: { next: string | undefined }) {
  const [problem, setProblem] = useState<string | null>(null);
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { email: '', password: '' },
    validate: {
      email: (email) => (email.includes('@') ? null : 'An e-mail address has an @ in it.'),
      password: (password) => (password ? null : 'The password is missing.'),
    },
  });

  async function signIn(values: { email: string; password: string }) {
    setProblem(null);
    const { error } = await authClient.signIn.email(values);
    if (error) setProblem(error.message ?? 'Signing in did not work.');
    else location.assign(nextPath(next));
  }

  return (
    <AuthCard title="Sign in to Zeropoint">
      <form onSubmit={form.onSubmit(signIn)} noValidate>
        <Stack>
          {problem ? <Notice tone="problem">{problem}</Notice> : null}
          <TextInput
            label="E-mail"
            type="email"
            autoComplete="email"
            key={form.key('email')}
            {...form.getInputProps('email')}
          />
          <PasswordInput
            label="Password"
            autoComplete="current-password"
            key={form.key('password')}
            {...form.getInputProps('password')}
          />
          <Button type="submit" loading={form.submitting}>
            Sign in
          </Button>
        </Stack>
      </form>
      <Divider my="lg" />
      <Stack>
        <DemoButton variant="default" />
        <Text size="sm" ta="center" c="dimmed">
          New here?{' '}
          <Anchor component={Link} href={next ? `/sign-up?next=${encodeURIComponent(next)}` : '/sign-up'} inherit>
            Create an account
          </Anchor>
        </Text>
      </Stack>
    </AuthCard>
  );
}
