'use client';

import { Button, Stack, Text } from '@mantine/core';
import { IconPlayerPlay } from '@tabler/icons-react';
import { useEffect, useState } from 'react';

/** One click into the demo organization; shown only where the server offers it. */
export function DemoButton({ variant = 'filled' }: { variant?: 'filled' | 'default' }) {
  const [offered, setOffered] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);

  useEffect(() => {
    demoIsOffered().then(setOffered);
  }, []);

  async function enter() {
    setBusy(true);
    setProblem(null);
    const slug = await signInToDemo();
    if (slug !== null) return location.assign(`/${slug}`);
    setBusy(false);
    setProblem('The demo did not open. Try again in a moment.');
  }

  if (!offered) return null;
  return (
    <Stack gap={4}>
      <Button size="md" variant={variant} leftSection={<IconPlayerPlay size={17} />} loading={busy} onClick={enter}>
        Explore the demo
      </Button>
      {problem ? (
        <Text size="sm" c="red" role="alert">
          {problem}
        </Text>
      ) : null}
    </Stack>
  );
}

async function demoIsOffered(): Promise<boolean> {
  const response = await fetch('/api/demo').catch(() => null);
  return response?.ok ?? false;
}

/** The organization to open, or null when the server did not let us in. */
async function signInToDemo(): Promise<string | null> {
  const response = await fetch('/api/demo/sign-in', { method: 'POST' }).catch(() => null);
  if (!response?.ok) return null;
  const body: unknown = await response.json().catch(() => null);
  const slug = typeof body === 'object' && body !== null && 'organizationSlug' in body ? body.organizationSlug : null;
  return typeof slug === 'string' ? slug : '';
}
