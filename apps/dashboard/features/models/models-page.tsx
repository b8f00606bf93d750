'use client';

import { useQuery } from '@apollo/client/react';
import { Anchor, Card, Group, Stack, Table, Text } from '@mantine/core';
import { IconBox } from '@tabler/icons-react';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { modelHref, type ProjectPath } from '#dashboard/features/projects/project-path.ts';
import { graphql } from '#dashboard/graphql/generated/index.ts';
import { nodesOf } from '#dashboard/graphql/nodes.ts';
import { usePollWhile } from '#dashboard/graphql/use-poll-while.ts';
import { Ago } from '#dashboard/ui/ago.tsx';
import { formatBytes } from '#dashboard/ui/format/bytes.ts';
import { formatCount } from '#dashboard/ui/format/number.ts';
import { Page } from '#dashboard/ui/page.tsx';
import { QueryState } from '#dashboard/ui/query-state.tsx';
import { Empty } from '#dashboard/ui/states.tsx';
import { InspectionBadge } from './inspection-badge.tsx';
import { UploadModelButton } from './upload-model-button.tsx';

const ModelsQuery = graphql(`
  query Models($org: String!, $project: String!) {
    organization(slug: $org) {
      id
      project(slug: $project) {
        id
        viewerCanUpload
        models(first: 100) {
          edges {
            node {
              id
              name
              latestVersion {
                id
                number
                createdAt
                inspectionState
                file {
                  id
                  name
                  bytes
                }
                graph {
                  id
                }
                inspection {
                  format
                  bytes
                  parameters
                }
              }
            }
          }
        }
      }
    }
  }
`);

export function ModelsPage({ path }: { path: ProjectPath }) {
  const router = useRouter();
  // An upload opens its model's page; the list that was shown before does not know it yet.
  const query = useQuery(ModelsQuery, { variables: path, fetchPolicy: 'cache-and-network' });
  const project = query.data?.organization?.project;
  const models = nodesOf(project?.models);
  usePollWhile(
    query,
    models.some((model) => model.latestVersion?.inspectionState === 'PENDING'),
  );
  if (!project) {
    return (
      <Page title="Models">
        <QueryState loading={query.loading} error={query.error} retry={() => void query.refetch()} what="project" />
      </Page>
    );
  }
  const upload = project.viewerCanUpload ? (
    <UploadModelButton
      projectId={project.id}
      organization={path.org}
      taken={models.map(({ name }) => name)}
      onUploaded={(id) => router.push(modelHref(path, id))}
    />
  ) : null;
  return (
    <Page
      title="Models"
      description="PyTorch checkpoints, safetensors and ONNX exports. Every upload is a version that never changes again."
      actions={models.length > 0 ? upload : null}
    >
      <Card padding={0}>
        {models.length === 0 ? (
          <Empty
            icon={<IconBox />}
            title="No models yet"
            description="Upload a .pth or .safetensors checkpoint to try quantization, or an .onnx export to take it to TensorRT."
            action={upload}
          />
        ) : (
          <Table.ScrollContainer minWidth={320} type="native">
            <Table aria-label="Models" horizontalSpacing="lg">
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>Name</Table.Th>
                  <Table.Th>Format</Table.Th>
                  <Table.Th ta="right" visibleFrom="sm">
                    Parameters
                  </Table.Th>
                  <Table.Th ta="right">Size</Table.Th>
                  <Table.Th ta="right" visibleFrom="sm">
                    Uploaded
                  </Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {models.map(({ id, name, latestVersion: version }) => (
                  <Table.Tr key={id} data-testid="model-row">
                    <Table.Td style={{ overflowWrap: 'anywhere' }}>
                      <Stack gap={0}>
                        <Anchor component={Link} href={modelHref(path, id)} fw={500} size="sm">
                          {name}
                        </Anchor>
                        <Text size="xs" c="dimmed">
                          {version ? `v${version.number} · ${version.file.name}` : 'No version yet'}
                        </Text>
                      </Stack>
                    </Table.Td>
                    <Table.Td>
                      {version ? (
                        <Group gap={6}>
                          <InspectionBadge state={version.inspectionState} format={version.inspection?.format} />
                          {version.graph ? (
                            <Text size="xs" c="dimmed">
                              with graph
                            </Text>
                          ) : null}
                        </Group>
                      ) : null}
                    </Table.Td>
                    <Table.Td ta="right" className="tabular" visibleFrom="sm">
                      {version?.inspection ? formatCount(version.inspection.parameters) : '–'}
                    </Table.Td>
                    <Table.Td ta="right" className="tabular" style={{ whiteSpace: 'nowrap' }}>
                      {version ? formatBytes((version.inspection ?? version.file).bytes) : '–'}
                    </Table.Td>
                    <Table.Td ta="right" visibleFrom="sm">
                      {version ? <Ago date={version.createdAt} /> : '–'}
                    </Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        )}
      </Card>
    </Page>
  );
}
