'use client';

import { Avatar, Button, Menu, Text, UnstyledButton } from '@mantine/core';
import { IconBuilding, IconLogout, IconPlus } from '@tabler/icons-react';
import Link from 'next/link';
import { authClient } from './auth-client.ts';
import { useViewer } from './use-viewer.ts';

/** The signed-in person: their organizations, a new one, and the way out; a sign-in button for everyone else. */
export function AccountMenu() {
  const { viewer, loading, error } = useViewer();
  // Who cannot be told apart is not told to sign in.
  if (loading || error) return null;
  if (!viewer) {
    return (
      <Button component={Link} href="/sign-in" variant="default" size="sm">
        Sign in
      </Button>
    );
  }
  return (
    <Menu position="bottom-end" width={260}>
      <Menu.Target>
        <UnstyledButton aria-label="Account menu">
          <Avatar name={viewer.name} color="petrol" radius="xl" size={32} />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          <Text size="sm" c="var(--mantine-color-text)" fw={500} truncate>
            {viewer.name}
          </Text>
          <Text size="xs" truncate>
            {viewer.email}
          </Text>
        </Menu.Label>
        <Menu.Divider />
        <Menu.Label>Organizations</Menu.Label>
        {viewer.memberships.map(({ organization }) => (
          <Menu.Item
            key={organization.slug}
            component={Link}
            href={`/${organization.slug}`}
            leftSection={<IconBuilding size={16} />}
          >
            {organization.name}
          </Menu.Item>
        ))}
        <Menu.Item component={Link} href="/new-organization" leftSection={<IconPlus size={16} />}>
          New organization
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item leftSection={<IconLogout size={16} />} onClick={signOut}>
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

async function signOut() {
  await authClient.signOut();
  // A full load, and an empty store: nothing of this session may stay for whoever uses the tab next.
  sessionStorage.clear();
  location.assign('/');
}
