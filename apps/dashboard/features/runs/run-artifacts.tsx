import { Box, Button, Group, Stack, Text } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { DownloadLink } from '#dashboard/features/artifacts/download-link.tsx';
import { type FragmentType, graphql, readFragment } from '#dashboard/graphql/generated/index.ts';
import { CodeBlock } from '#dashboard/ui/code-block.tsx';
import { Copy } from '#dashboard/ui/copy.tsx';
import { formatBytes } from '#dashboard/ui/format/bytes.ts';
import { Section } from '#dashboard/ui/section.tsx';
import { keptWrapper } from './kept-wrapper.ts';
import { pythonSnippet } from './python-snippet.ts';
import { rankArtifacts } from './rank-artifacts.ts';

const RunArtifactsFragment = graphql(`
  fragment RunArtifacts on Run {
    backend
    recipe
    modelVersion {
      id
      inspection {
        wrapper
      }
    }
    artifacts {
      id
      name
      bytes
      sha256
      ...DownloadLink
    }
  }
`);

/** What there is to take away, and how to load it. */
export function RunArtifacts({ run }: { run: FragmentType<typeof RunArtifactsFragment> }) {
  const { artifacts, backend, recipe, modelVersion } = readFragment(RunArtifactsFragment, run);
  if (artifacts.length === 0) return null;
  const { model, exported, ordered } = rankArtifacts(artifacts);
  const wrapper = keptWrapper(recipe, modelVersion.inspection?.wrapper);
  const snippets = [model, exported].flatMap((artifact) => {
    const code = artifact ? pythonSnippet({ backend, file: artifact.name, wrapper }) : null;
    return artifact && code ? [{ name: artifact.name, code }] : [];
  });
  return (
    <Section title="Downloads">
      <Stack>
        {ordered.map((artifact) => {
          const { id, name, bytes, sha256 } = artifact;
          return (
            <Group key={id} justify="space-between" wrap="nowrap" data-testid="artifact">
              <Box miw={0}>
                <Text size="sm" fw={500} style={{ overflowWrap: 'anywhere' }}>
                  {name}
                  <Text span inherit c="dimmed" fw={400} className="tabular">
                    {' '}
                    · {formatBytes(bytes)}
                  </Text>
                </Text>
                <Group gap={4} wrap="nowrap">
                  <Text size="xs" c="dimmed" className="mono" truncate data-testid="artifact-sha256">
                    {sha256}
                  </Text>
                  <Copy value={sha256} label={`Copy the SHA-256 of ${name}`} />
                </Group>
              </Box>
              <Button
                component={DownloadLink}
                artifact={artifact}
                variant={name === model?.name ? 'filled' : 'default'}
                leftSection={<IconDownload size={16} />}
                aria-label={`Download ${name}`}
                style={{ flex: 'none' }}
              >
                Download
              </Button>
            </Group>
          );
        })}
        {snippets.map(({ name, code }) => (
          <div key={name}>
            <Text size="sm" fw={500} mb={6} style={{ overflowWrap: 'anywhere' }}>
              Load {snippets.length > 1 ? name : 'it'} in Python
            </Text>
            <CodeBlock code={code} label="Python" />
          </div>
        ))}
      </Stack>
    </Section>
  );
}
