import { Anchor, Group, Stack, Text } from '@mantine/core';
import { type FragmentType, graphql, readFragment } from '#dashboard/graphql/generated/index.ts';
import { Copy } from '#dashboard/ui/copy.tsx';
import { formatBytes } from '#dashboard/ui/format/bytes.ts';
import { Section } from '#dashboard/ui/section.tsx';

const VersionFilesFragment = graphql(`
  fragment VersionFiles on ModelVersion {
    file {
      id
      name
      bytes
      sha256
      downloadUrl
    }
    graph {
      id
      name
      bytes
      sha256
      downloadUrl
    }
  }
`);

export function VersionFiles({ version }: { version: FragmentType<typeof VersionFilesFragment> }) {
  const { file, graph } = readFragment(VersionFilesFragment, version);
  const files = graph ? [file, graph] : [file];
  return (
    <Section title="Files">
      <Stack gap="md">
        {files.map(({ id, name, bytes, sha256, downloadUrl }) => (
          <div key={id}>
            <Group gap="sm">
              <Anchor href={downloadUrl} size="sm" fw={500}>
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
        ))}
      </Stack>
    </Section>
  );
}
