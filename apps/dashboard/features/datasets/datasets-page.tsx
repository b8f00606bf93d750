'use client';

import { useQuery } from '@apollo/client/react';
import { Card, SimpleGrid, Stack } from '@mantine/core';
import { IconDatabase } from '@tabler/icons-react';
import type { ProjectPath } from '#dashboard/features/projects/project-path.ts';
import { graphql } from '#dashboard/graphql/generated/index.ts';
import { nodesOf } from '#dashboard/graphql/nodes.ts';
import { usePollWhile } from '#dashboard/graphql/use-poll-while.ts';
import { Page } from '#dashboard/ui/page.tsx';
import { QueryState } from '#dashboard/ui/query-state.tsx';
import { Empty } from '#dashboard/ui/states.tsx';
import { DatasetCard } from './dataset-card.tsx';
import { UploadDatasetButton } from './upload-dataset-button.tsx';

const DatasetsQuery = graphql(`
  query Datasets($org: String!, $project: String!) {
    organization(slug: $org) {
      id
      project(slug: $project) {
        id
        viewerCanUpload
        datasets(first: 100) {
          edges {
            node {
              id
              latestVersion {
                id
                inspectionState
              }
              ...DatasetCard
            }
          }
        }
      }
    }
  }
`);

export function DatasetsPage({ path }: { path: ProjectPath }) {
  const query = useQuery(DatasetsQuery, { variables: path });
  const project = query.data?.organization?.project;
  const datasets = nodesOf(project?.datasets);
  usePollWhile(
    query,
    datasets.some((dataset) => dataset.latestVersion?.inspectionState === 'PENDING'),
  );
  if (!project) {
    return (
      <Page title="Datasets">
        <QueryState loading={query.loading} error={query.error} retry={() => void query.refetch()} what="project" />
      </Page>
    );
  }
  const upload = project.viewerCanUpload ? (
    <UploadDatasetButton projectId={project.id} organization={path.org} onUploaded={() => void query.refetch()} />
  ) : null;
  return (
    <Page
      title="Datasets"
      description="Samples a run calibrates with, and labelled samples it measures accuracy on."
      actions={datasets.length > 0 ? upload : null}
    >
      {datasets.length === 0 ? (
        <Card>
          <Empty
            icon={<IconDatabase />}
            title="No datasets yet"
            description="Upload images in a folder, a .zip or a .tar, or a NumPy .npz whose arrays are named like the model's inputs. With a folder for each class, or an array of whole-number labels, it can also measure accuracy."
            action={upload}
          />
        </Card>
      ) : (
        <Stack>
          <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg">
            {datasets.map((dataset) => (
              <DatasetCard key={dataset.id} dataset={dataset} />
            ))}
          </SimpleGrid>
        </Stack>
      )}
    </Page>
  );
}
