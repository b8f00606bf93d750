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

const demoSignIn = '/api/demo/sign-in';

async function demoIsOffered(): Promise<boolean> {
  return (await demoOrganization('GET')) !== null;
}

function signInToDemo(): Promise<string | null> {
  return demoOrganization('POST');
}

/** The slug of the demo organization, or null where the gateway offers none or does not answer. */
async function demoOrganization(method: 'GET' | 'POST'): Promise<string | null> {
  const response = await fetch(demoSignIn, { method }).catch(() => null);
  const body: unknown = response?.ok ? await response.json().catch(() => null) : null;
  const slug = typeof body === 'object' && body !== null && 'organizationSlug' in body ? body.organizationSlug : null;
  return typeof slug === 'string' ? slug : null;
}
