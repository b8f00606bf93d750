'use client';

import { Anchor, Group, Text } from '@mantine/core';
import Link from 'next/link';
import { useParams } from 'next/navigation';
import { useViewer } from '#dashboard/features/account/use-viewer.ts';

/** Organization / project, from the address. */
export function OrganizationCrumbs() {
  const { org, project } = useParams<{ org: string; project?: string }>();
  const { viewer } = useViewer();
  const card = viewer?.memberships.find(({ organization }) => organization.slug === org)?.organization;
  return (
    <Group component="nav" aria-label="Breadcrumb" gap={8} wrap="nowrap" miw={0}>
      <Slash />
      <Anchor component={Link} href={`/${org}`} c="var(--mantine-color-text)" size="sm" fw={500} truncate>
        {card?.name ?? org}
      </Anchor>
      {project ? (
        <>
          <Slash />
          <Anchor
            component={Link}
            href={`/${org}/${project}`}
            c="var(--mantine-color-text)"
            size="sm"
            fw={500}
            truncate
          >
            {project}
          </Anchor>
        </>
      ) : null}
    </Group>
  );
}

function Slash() {
  return (
    <Text component="span" c="dimmed" size="sm" aria-hidden="true">
      /
    </Text>
  );
}
