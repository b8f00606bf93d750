'use client';

import { useQuery } from '@apollo/client/react';
import { Anchor, Button, Group, Select, Stack } from '@mantine/core';
import { IconDownload, IconSparkles } from '@tabler/icons-react';
import Link from 'next/link';
import { useState } from 'react';
import { DownloadLink } from '#dashboard/features/artifacts/download-link.tsx';
import { keptRunHref, newRunHref, type ProjectPath } from '#dashboard/features/projects/project-path.ts';
import type { InspectionState } from '#dashboard/graphql/generated/graphql.ts';
import { graphql } from '#dashboard/graphql/generated/index.ts';
import { nodesOf } from '#dashboard/graphql/nodes.ts';
import { usePollWhile } from '#dashboard/graphql/use-poll-while.ts';
import { Notice } from '#dashboard/ui/notice.tsx';
import { Page } from '#dashboard/ui/page.tsx';
import { QueryState } from '#dashboard/ui/query-state.tsx';
import { Section } from '#dashboard/ui/section.tsx';
import { Loading } from '#dashboard/ui/states.tsx';
import { AddVersionButton } from './add-version-button.tsx';
import { InspectionReport } from './inspection-report.tsx';
import { VersionFiles } from './version-files.tsx';

const ModelQuery = graphql(`
  query ModelPage($org: String!, $project: String!, $id: ID!) {
    organization(slug: $org) {
      id
      project(slug: $project) {
        id
        viewerCanUpload
        viewerCanSubmitRun
      }
    }
    node(id: $id) {
      ... on Model {
        id
        name
        versions(first: 50) {
          edges {
            node {
              id
              number
              createdAt
              inspectionState
              file {
                id
                ...DownloadLink
              }
              inspectionFailure {
                message
                remedy
              }
              inspection {
                tensorCount
                ...InspectionReport
              }
              ...VersionFiles
            }
          }
        }
      }
    }
  }
`);

const readiness = {
  PENDING: 'being inspected',
  READY: 'ready to quantize',
  FAILED: 'not usable',
} as const satisfies Record<InspectionState, string>;

type ModelPageProps = {
  path: ProjectPath;
  id: string;
  /** Of the new run that another version is for, the query of its page; null: the page is open for itself. */
  newRun: string | null;
};

export function ModelPage({ path, id, newRun }: ModelPageProps) {
  const query = useQuery(ModelQuery, { variables: { ...path, id } });
  const [chosen, setChosen] = useState<string | null>(null);
  const model = query.data?.node?.__typename === 'Model' ? query.data.node : null;
  const versions = nodesOf(model?.versions).toSorted((a, b) => b.number - a.number);
  const version = versions.find((candidate) => candidate.id === chosen) ?? versions[0];
  usePollWhile(
    query,
    versions.some(({ inspectionState }) => inspectionState === 'PENDING'),
  );
  if (!model) {
    return (
      <Page title="Model">
        <QueryState loading={query.loading} error={query.error} retry={() => void query.refetch()} what="model" />
      </Page>
    );
  }
  const project = query.data?.organization?.project;
  const hollow = version?.inspection?.tensorCount === 0;
  const standing = version && (hollow ? 'no tensors were found in this file' : readiness[version.inspectionState]);
  return (
    <Page
      title={model.name}
      description={version ? `Version ${version.number} · ${standing}` : null}
      actions={
        <Group gap="sm">
          {versions.length > 1 ? (
            <Select
              aria-label="Version"
              w={130}
              allowDeselect={false}
              value={version?.id ?? null}
              onChange={setChosen}
              data={versions.map(({ id: value, number }) => ({ value, label: `Version ${number}` }))}
            />
          ) : null}
          {project?.viewerCanUpload ? (
            <AddVersionButton
              projectId={project.id}
              organization={path.org}
              modelId={model.id}
              openAtFirst={newRun !== null}
              onUploaded={() => void query.refetch()}
            />
          ) : null}
          {version ? (
            <Button
              component={DownloadLink}
              artifact={version.file}
              variant="default"
              leftSection={<IconDownload size={16} />}
            >
              Download
            </Button>
          ) : null}
          {newRun === null && project?.viewerCanSubmitRun && version?.inspectionState === 'READY' && !hollow ? (
            <Button component={Link} href={newRunHref(path, version.id)} leftSection={<IconSparkles size={16} />}>
              Quantize
            </Button>
          ) : null}
        </Group>
      }
    >
      {version ? (
        <Stack gap="lg">
          {newRun === null ? null : <KeptRun href={keptRunHref(path, newRun)} />}
          {version.inspectionFailure ? (
            <Notice tone="problem" title="This file cannot be used" remedy={version.inspectionFailure.remedy}>
              {version.inspectionFailure.message}
              {project?.viewerCanUpload ? ' Next: add a version with the right file, above.' : ''}
            </Notice>
          ) : null}
          {version.inspectionState === 'PENDING' ? (
            <Section title="Inspecting" description="A worker is reading the file's headers. This takes a moment.">
              <Loading lines={3} label="Inspecting the file" />
            </Section>
          ) : null}
          {version.inspection ? <InspectionReport inspection={version.inspection} versionId={version.id} /> : null}
          <VersionFiles version={version} />
        </Stack>
      ) : (
        <Notice tone="info">This model has no version yet.</Notice>
      )}
    </Page>
  );
}

/** The way back to the wizard that asked for another version. */
function KeptRun({ href }: { href: string }) {
  return (
    <Notice tone="info" title="Your new run is kept">
      Upload the version that it needs, then choose it there.{' '}
      <Anchor component={Link} href={href} size="sm">
        Back to the new run
      </Anchor>
    </Notice>
  );
}
