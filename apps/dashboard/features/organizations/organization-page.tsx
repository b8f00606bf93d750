'use client';

import { useQuery } from '@apollo/client/react';
import { Badge, Grid, Stack } from '@mantine/core';
import { hasEnded } from '#dashboard/features/runs/run-live.ts';
import type { OrganizationPageQuery } from '#dashboard/graphql/generated/graphql.ts';
import { graphql } from '#dashboard/graphql/generated/index.ts';
import { nodesOf } from '#dashboard/graphql/nodes.ts';
import { usePollWhile } from '#dashboard/graphql/use-poll-while.ts';
import { Page } from '#dashboard/ui/page.tsx';
import { QueryState } from '#dashboard/ui/query-state.tsx';
import { CreateProjectButton } from './create-project-button.tsx';
import { InvitationList } from './invitation-list.tsx';
import { InviteButton } from './invite-button.tsx';
import { MemberList } from './member-list.tsx';
import { ProjectList } from './project-list.tsx';

const OrganizationQuery = graphql(`
  query OrganizationPage($slug: String!) {
    organization(slug: $slug) {
      id
      name
      isDemo
      viewerCanCreateProject
      viewerCanInvite
      projects(first: 100) {
        edges {
          node {
            id
            runs(first: 3) {
              edges {
                node {
                  id
                  state
                }
              }
            }
          }
        }
      }
      ...ProjectList
      ...MemberList
      ...InvitationList
    }
  }
`);

/** Projects on the left, people on the right. */
export function OrganizationPage({ slug }: { slug: string }) {
  const query = useQuery(OrganizationQuery, { variables: { slug } });
  const { data, loading, error, refetch } = query;
  const organization = data?.organization;
  usePollWhile(query, organization ? isUnderWay(organization) : false);
  if (!organization) {
    return (
      <Page title="Organization">
        <QueryState loading={loading} error={error} retry={() => void refetch()} what="organization" />
      </Page>
    );
  }
  const reload = () => void refetch();
  return (
    <Page
      title={organization.name}
      description={
        organization.isDemo ? <Badge>Demo organization: everyone who tries the demo works here</Badge> : null
      }
      actions={organization.viewerCanCreateProject ? <CreateProjectButton organization={slug} /> : null}
    >
      <Grid gap="xl">
        <Grid.Col span={{ base: 12, md: 8 }}>
          <ProjectList
            organization={organization}
            slug={slug}
            create={organization.viewerCanCreateProject ? <CreateProjectButton organization={slug} /> : null}
          />
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 4 }}>
          <Stack gap="lg">
            <MemberList
              organization={organization}
              onChange={reload}
              action={organization.viewerCanInvite ? <InviteButton onInvited={reload} /> : null}
            />
            <InvitationList organization={organization} onChange={reload} />
          </Stack>
        </Grid.Col>
      </Grid>
    </Page>
  );
}

/** A run that is not over changes by itself; a demo without runs is still being made. */
function isUnderWay({ isDemo, projects }: NonNullable<OrganizationPageQuery['organization']>): boolean {
  const runs = nodesOf(projects).flatMap((project) => nodesOf(project.runs));
  return runs.some(({ state }) => !hasEnded(state)) || (isDemo && runs.length === 0);
}
