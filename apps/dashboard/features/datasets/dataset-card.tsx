import { Anchor, Badge, Card, Group, Stack, Text } from '@mantine/core';
import { DownloadLink } from '#dashboard/features/artifacts/download-link.tsx';
import { InspectionBadge } from '#dashboard/features/models/inspection-badge.tsx';
import { type FragmentType, graphql, readFragment } from '#dashboard/graphql/generated/index.ts';
import { Ago } from '#dashboard/ui/ago.tsx';
import { formatBytes } from '#dashboard/ui/format/bytes.ts';
import { counted, formatShape } from '#dashboard/ui/format/number.ts';
import { Notice } from '#dashboard/ui/notice.tsx';

const DatasetCardFragment = graphql(`
  fragment DatasetCard on Dataset {
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
        ...DownloadLink
      }
      inspectionFailure {
        message
        remedy
      }
      inspection {
        format
        samples
        labels
        classes
        preprocess
        arrays {
          name
          dtype
          shape
        }
      }
    }
  }
`);

/** A dataset with its arrays, as a graph input would have to match them. */
export function DatasetCard({ dataset }: { dataset: FragmentType<typeof DatasetCardFragment> }) {
  const { name, latestVersion: version } = readFragment(DatasetCardFragment, dataset);
  if (!version) return null;
  const { inspection } = version;
  return (
    <Card component="section" aria-label={name} data-testid="dataset-card">
      <Group justify="space-between" wrap="nowrap" align="flex-start" mb="sm">
        <div>
          <Text fw={600}>{name}</Text>
          <Text size="sm" c="dimmed" className="tabular">
            {inspection ? `${counted(inspection.samples, 'sample')} · ` : ''}
            {formatBytes(version.file.bytes)} · <Ago date={version.createdAt} />
          </Text>
        </div>
        <InspectionBadge state={version.inspectionState} format={inspection?.format} />
      </Group>
      <Stack gap={6}>
        {version.inspectionFailure ? (
          <Notice tone="problem" remedy={version.inspectionFailure.remedy}>
            {version.inspectionFailure.message}
          </Notice>
        ) : null}
        {inspection?.arrays.map((array) => (
          <Group key={array.name} justify="space-between" gap="sm">
            <Group gap={8}>
              <Text size="sm" className="mono">
                {array.name}
              </Text>
              {array.name === inspection.labels ? <Badge size="sm">labels</Badge> : null}
            </Group>
            <Text size="sm" c="dimmed" className="tabular">
              {array.dtype} · {formatShape(array.shape)}
            </Text>
          </Group>
        ))}
        {inspection?.format === 'npy' ? (
          <Text size="sm" c="dimmed">
            For a model with one input, whatever its name; without labels
          </Text>
        ) : null}
        {inspection?.format === 'images' ? <ImageFacts {...inspection} /> : null}
        <Anchor component={DownloadLink} artifact={version.file} size="sm" mt={4}>
          Download{inspection?.format === 'images' ? ' the archive' : ` ${version.file.name}`}
        </Anchor>
      </Stack>
    </Card>
  );
}

type ImageFactsProps = { classes: readonly string[]; preprocess: readonly string[] };

/** What becomes of the images, and what they are labelled with. */
function ImageFacts({ classes, preprocess }: ImageFactsProps) {
  return (
    <>
      <Text size="sm" c="dimmed">
        {classes.length > 0
          ? `${counted(classes.length, 'folder')}, a class each: ${classes.slice(0, 5).join(', ')}${classes.length > 5 ? ' …' : ''}`
          : 'No folders for classes, so no labels'}
      </Text>
      <Text size="sm" c="dimmed" className="mono">
        {preprocess.length > 0 ? preprocess.join(', ') : 'Preprocessed as the model’s input asks'}
      </Text>
    </>
  );
}
