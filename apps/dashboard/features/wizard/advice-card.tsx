import { Card, Group, List, SimpleGrid, Text, Title } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import { type FragmentType, graphql, readFragment } from '#dashboard/graphql/generated/index.ts';

const AdviceCardFragment = graphql(`
  fragment AdviceCard on Advice {
    backend {
      id
      title
      input
      output
    }
    reasons
    limits
    needs
    next
  }
`);

/** The proposed backend: why, what it cannot do, what it wants, and where it leads. */
export function AdviceCard({ advice: ref }: { advice: FragmentType<typeof AdviceCardFragment> }) {
  const { backend, reasons, limits, needs, next } = readFragment(AdviceCardFragment, ref);
  return (
    <Card component="section" aria-label="Proposed backend" data-testid="advice" data-backend={backend.id}>
      <Group justify="space-between" align="flex-start">
        <div>
          <Text size="sm" c="dimmed">
            We propose
          </Text>
          <Title order={2}>{backend.title}</Title>
        </div>
        <Text size="sm" c="dimmed" className="mono">
          {backend.input} → {backend.output}
        </Text>
      </Group>
      <List mt="md" spacing={6} icon={<IconCheck size={16} color="var(--mantine-primary-color-filled)" />}>
        {reasons.map((reason) => (
          <List.Item key={reason}>{reason}</List.Item>
        ))}
      </List>
      <SimpleGrid cols={{ base: 1, sm: 2 }} mt="lg">
        <Points title="What it does not do" points={limits} />
        <Points title="What it needs" points={needs} />
      </SimpleGrid>
      {next ? (
        <Text size="sm" mt="lg" c="dimmed">
          {next}
        </Text>
      ) : null}
    </Card>
  );
}

function Points({ title, points }: { title: string; points: readonly string[] }) {
  return points.length > 0 ? (
    <div>
      <Text size="sm" fw={600} mb={4}>
        {title}
      </Text>
      <List size="sm" spacing={4}>
        {points.map((point) => (
          <List.Item key={point}>{point}</List.Item>
        ))}
      </List>
    </div>
  ) : null;
}
