'use client';

import { Anchor, Group, Stack, Text } from '@mantine/core';
import Link from 'next/link';
import { type ProjectPath, projectHref } from '#dashboard/features/projects/project-path.ts';
import { type FragmentType, graphql, readFragment } from '#dashboard/graphql/generated/index.ts';
import { nodesOf } from '#dashboard/graphql/nodes.ts';
import { counted } from '#dashboard/ui/format/number.ts';
import { Section } from '#dashboard/ui/section.tsx';

const DatasetSummaryFragment = graphql(`
  fragment DatasetSummary on Project {
    viewerCanUpload
    datasets(first: 6) {
      totalCount
      edges {
        node {
          id
          name
          latestVersion {
            id
            inspectionState
            inspection {
              samples
            }
          }
        }
      }
    }
  }
`);

type DatasetSummaryProps = { project: FragmentType<typeof DatasetSummaryFragment>; path: ProjectPath };

export function DatasetSummary({ project, path }: DatasetSummaryProps) {
  const { datasets, viewerCanUpload } = readFragment(DatasetSummaryFragment, project);
  return (
    <Section
      title="Datasets"
      actions={
        <Anchor component={Link} href={`${projectHref(path)}/datasets`} size="sm">
          {datasets.totalCount === 0 && viewerCanUpload ? 'Upload one' : 'All datasets'}
        </Anchor>
      }
    >
      <Stack gap="sm">
        {datasets.totalCount === 0 ? (
          <Text size="sm" c="dimmed">
            Samples to calibrate with, and labelled ones to measure accuracy.
          </Text>
        ) : null}
        {nodesOf(datasets).map(({ id, name, latestVersion }) => (
          <Group key={id} justify="space-between" wrap="nowrap">
            <Text size="sm" fw={500} truncate>
              {name}
            </Text>
            <Text size="sm" c="dimmed" className="tabular" style={{ flex: 'none' }}>
              {latestVersion?.inspection
                ? counted(latestVersion.inspection.samples, 'sample')
                : latestVersion?.inspectionState === 'FAILED'
                  ? 'not usable'
                  : 'inspecting'}
            </Text>
          </Group>
        ))}
      </Stack>
    </Section>
  );
}
