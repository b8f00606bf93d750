'use client';

import { Anchor, Group, Stack, Text } from '@mantine/core';
import Link from 'next/link';
import { modelHref, type ProjectPath, projectHref } from '#dashboard/features/projects/project-path.ts';
import { type FragmentType, graphql, readFragment } from '#dashboard/graphql/generated/index.ts';
import { nodesOf } from '#dashboard/graphql/nodes.ts';
import { formatBytes } from '#dashboard/ui/format/bytes.ts';
import { Section } from '#dashboard/ui/section.tsx';
import { InspectionBadge } from './inspection-badge.tsx';

const ModelSummaryFragment = graphql(`
  fragment ModelSummary on Project {
    viewerCanUpload
    models(first: 6) {
      totalCount
      edges {
        node {
          id
          name
          latestVersion {
            id
            number
            inspectionState
            file {
              id
              bytes
            }
            inspection {
              format
              bytes
            }
          }
        }
      }
    }
  }
`);

export function ModelSummary({
  project,
  path,
}: {
  project: FragmentType<typeof ModelSummaryFragment>;
  path: ProjectPath;
}) {
  const { models, viewerCanUpload } = readFragment(ModelSummaryFragment, project);
  const href = `${projectHref(path)}/models`;
  return (
    <Section
      title="Models"
      actions={
        <Anchor component={Link} href={href} size="sm">
          {models.totalCount === 0 && viewerCanUpload ? 'Upload one' : 'All models'}
        </Anchor>
      }
    >
      <Stack gap="sm">
        {models.totalCount === 0 ? (
          <Text size="sm" c="dimmed">
            A .pth or .safetensors checkpoint, or an .onnx export.
          </Text>
        ) : null}
        {nodesOf(models).map((model) => (
          <Group key={model.id} justify="space-between" wrap="nowrap">
            <div style={{ minWidth: 0 }}>
              <Anchor component={Link} href={modelHref(path, model.id)} size="sm" fw={500} truncate display="block">
                {model.name}
              </Anchor>
              {model.latestVersion ? (
                <Text size="xs" c="dimmed" className="tabular">
                  v{model.latestVersion.number} ·{' '}
                  {formatBytes((model.latestVersion.inspection ?? model.latestVersion.file).bytes)}
                </Text>
              ) : null}
            </div>
            {model.latestVersion ? (
              <InspectionBadge
                state={model.latestVersion.inspectionState}
                format={model.latestVersion.inspection?.format}
              />
            ) : null}
          </Group>
        ))}
      </Stack>
    </Section>
  );
}
