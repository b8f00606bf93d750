'use client';

import { useQuery } from '@apollo/client/react';
import { Anchor, Button, Group, Stack, Text } from '@mantine/core';
import { DownloadLink } from '#dashboard/features/artifacts/download-link.tsx';
import { graphql } from '#dashboard/graphql/generated/index.ts';
import { nodesOf } from '#dashboard/graphql/nodes.ts';
import { formatBytes } from '#dashboard/ui/format/bytes.ts';
import { counted } from '#dashboard/ui/format/number.ts';
import { QueryState } from '#dashboard/ui/query-state.tsx';

const PartsQuery = graphql(`
  query Parts($id: ID!, $after: String) {
    node(id: $id) {
      ... on ModelVersion {
        id
        parts(first: 100, after: $after) {
          totalCount
          pageInfo {
            endCursor
            hasNextPage
          }
          edges {
            node {
              name
              file {
                id
                bytes
                ...DownloadLink
              }
            }
          }
        }
      }
    }
  }
`);

/** The shards that a version's index refers to, or the data files of its graph: `what` says which. */
export function VersionParts({ versionId, what }: { versionId: string; what: string }) {
  const { data, loading, error, refetch, fetchMore } = useQuery(PartsQuery, { variables: { id: versionId } });
  const version = data?.node?.__typename === 'ModelVersion' ? data.node : null;
  if (!version)
    return <QueryState loading={loading} error={error} retry={() => void refetch()} what={`list of ${what}s`} />;
  const { totalCount, pageInfo } = version.parts;
  return (
    <Stack gap={6} data-testid="version-parts">
      <Text size="sm" c="dimmed">
        {counted(totalCount, what)}
      </Text>
      {nodesOf(version.parts).map(({ name, file }) => (
        <Group key={name} gap="sm" wrap="nowrap">
          <Anchor component={DownloadLink} artifact={file} size="sm" truncate>
            {name}
          </Anchor>
          <Text size="sm" c="dimmed" className="tabular" style={{ whiteSpace: 'nowrap' }}>
            {formatBytes(file.bytes)}
          </Text>
        </Group>
      ))}
      {pageInfo.hasNextPage ? (
        <Button
          variant="subtle"
          size="compact-sm"
          loading={loading}
          onClick={() => void fetchMore({ variables: { after: pageInfo.endCursor } })}
        >
          Show more
        </Button>
      ) : null}
    </Stack>
  );
}
