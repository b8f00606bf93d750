'use client';

import { useQuery } from '@apollo/client/react';
import { Anchor, Group, Text } from '@mantine/core';
import Link from 'next/link';
import { useParams } from 'next/navigation';
import { useViewer } from '#dashboard/features/account/use-viewer.ts';
import { type ProjectPath, projectHref } from '#dashboard/features/projects/project-path.ts';
import { graphql } from '#dashboard/graphql/generated/index.ts';

const ProjectCrumbQuery = graphql(`
  query ProjectCrumb($org: String!, $project: String!) {
    organization(slug: $org) {
      id
      project(slug: $project) {
        id
        name
      }
    }
  }
`);

/** Organization / project, from the address; by name once that is known. */
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
          <ProjectCrumb org={org} project={project} />
        </>
      ) : null}
    </Group>
  );
}

function ProjectCrumb(path: ProjectPath) {
  const { data } = useQuery(ProjectCrumbQuery, { variables: path });
  return (
    <Anchor component={Link} href={projectHref(path)} c="var(--mantine-color-text)" size="sm" fw={500} truncate>
      {data?.organization?.project?.name ?? path.project}
    </Anchor>
  );
}

function Slash() {
  return (
    <Text component="span" c="dimmed" size="sm" aria-hidden="true">
      /
    </Text>
  );
}
