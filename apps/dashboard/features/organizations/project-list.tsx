'use client';

import { Card, Group, Stack, Text, Title } from '@mantine/core';
import { IconChevronRight, IconFolders } from '@tabler/icons-react';
import Link from 'next/link';
import type { ReactNode } from 'react';
import { type FragmentType, graphql, readFragment } from '#dashboard/graphql/generated/index.ts';
import { nodesOf } from '#dashboard/graphql/nodes.ts';
import { Ago } from '#dashboard/ui/ago.tsx';
import { counted } from '#dashboard/ui/format/number.ts';
import { Empty } from '#dashboard/ui/states.tsx';
import { LatestRuns } from './latest-runs.tsx';
import classes from './project-list.module.css';

const ProjectListFragment = graphql(`
  fragment ProjectList on Organization {
    projects(first: 100) {
      edges {
        node {
          id
          slug
          name
          description
          createdAt
          runs(first: 3) {
            totalCount
          }
          models(first: 1) {
            totalCount
          }
          ...LatestRuns
        }
      }
    }
  }
`);

type ProjectListProps = { organization: FragmentType<typeof ProjectListFragment>; slug: string; create: ReactNode };

export function ProjectList({ organization, slug, create }: ProjectListProps) {
  const projects = nodesOf(readFragment(ProjectListFragment, organization).projects);
  if (projects.length === 0) {
    return (
      <Card>
        <Empty
          icon={<IconFolders />}
          title="No projects yet"
          description="A project holds the models, the data and the runs of one piece of work."
          action={create}
        />
      </Card>
    );
  }
  return (
    <Stack gap="sm" component="section" aria-label="Projects">
      <Title order={2} fz="md">
        Projects
      </Title>
      {projects.map((project) => (
        <Card key={project.id} component={Link} href={`/${slug}/${project.slug}`} className={classes.project}>
          <Group justify="space-between" wrap="nowrap">
            <div>
              <Text fw={600}>{project.name}</Text>
              {project.description ? (
                <Text size="sm" c="dimmed" lineClamp={2}>
                  {project.description}
                </Text>
              ) : null}
              <Text size="sm" c="dimmed" mt={6} className="tabular">
                {counted(project.models.totalCount, 'model')} · {counted(project.runs.totalCount, 'run')} · created{' '}
                <Ago date={project.createdAt} />
              </Text>
              <LatestRuns project={project} />
            </div>
            <IconChevronRight size={18} className={classes.arrow} aria-hidden="true" />
          </Group>
        </Card>
      ))}
    </Stack>
  );
}
