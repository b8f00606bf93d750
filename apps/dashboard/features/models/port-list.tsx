import { Group, Stack, Text } from '@mantine/core';
import { type FragmentType, graphql, readFragment } from '#dashboard/graphql/generated/index.ts';
import { formatShape } from '#dashboard/ui/format/number.ts';
import { Section } from '#dashboard/ui/section.tsx';

const PortFieldsFragment = graphql(`
  fragment PortFields on Port {
    name
    dtype
    shape
  }
`);

type PortListProps = { title: string; ports: readonly FragmentType<typeof PortFieldsFragment>[] };

/** Inputs or outputs of a graph. */
export function PortList({ title, ports }: PortListProps) {
  return (
    <Section title={title}>
      <Stack gap="xs">
        {readFragment(PortFieldsFragment, ports).map(({ name, dtype, shape }) => (
          <Group key={name} justify="space-between">
            <Text size="sm" className="mono">
              {name}
            </Text>
            <Text size="sm" c="dimmed" className="tabular">
              {dtype} · {formatShape(shape)}
            </Text>
          </Group>
        ))}
      </Stack>
    </Section>
  );
}
