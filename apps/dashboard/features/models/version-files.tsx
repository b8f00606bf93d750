import { Anchor, Group, Stack, Text } from '@mantine/core';
import { DownloadLink } from '#dashboard/features/artifacts/download-link.tsx';
import { type FragmentType, graphql, readFragment } from '#dashboard/graphql/generated/index.ts';
import { Copy } from '#dashboard/ui/copy.tsx';
import { formatBytes } from '#dashboard/ui/format/bytes.ts';
import { Section } from '#dashboard/ui/section.tsx';
import { isIndex } from './shards-of-index.ts';
import { VersionParts } from './version-parts.tsx';

const VersionFilesFragment = graphql(`
  fragment VersionFiles on ModelVersion {
    file {
      id
      name
      bytes
      sha256
      ...DownloadLink
    }
    graph {
      id
      name
      bytes
      sha256
      ...DownloadLink
    }
    id
    parts(first: 1) {
      totalCount
    }
  }
`);

export function VersionFiles({ version }: { version: FragmentType<typeof VersionFilesFragment> }) {
  const { id: versionId, file, graph, parts } = readFragment(VersionFilesFragment, version);
  const files = graph ? [file, graph] : [file];
  return (
    <Section title="Files">
      <Stack gap="md">
        {files.map((artifact) => {
          const { id, name, bytes, sha256 } = artifact;
          return (
            <div key={id}>
              <Group gap="sm">
                <Anchor component={DownloadLink} artifact={artifact} size="sm" fw={500}>
                  {name}
                </Anchor>
                <Text size="sm" c="dimmed" className="tabular">
                  {formatBytes(bytes)}
                </Text>
                {id === graph?.id ? (
                  <Text size="sm" c="dimmed">
                    companion graph
                  </Text>
                ) : null}
              </Group>
              <Group gap={4} wrap="nowrap">
                <Text size="xs" c="dimmed" className="mono" truncate>
                  sha256 {sha256}
                </Text>
                <Copy value={sha256} label={`Copy the SHA-256 of ${name}`} />
              </Group>
            </div>
          );
        })}
        {parts.totalCount > 0 ? (
          <VersionParts versionId={versionId} what={isIndex(file.name) ? 'shard' : 'data file'} />
        ) : null}
      </Stack>
    </Section>
  );
}
