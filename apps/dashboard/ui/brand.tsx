import { Group, Text } from '@mantine/core';

/** A zero and a point. */
export function Mark({ size = 24 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 24 24" fill="none" aria-hidden="true">
      <ellipse cx="9.5" cy="12" rx="6" ry="8.75" stroke="currentColor" strokeWidth="2.75" />
      <circle cx="20" cy="18.75" r="2.5" fill="var(--mantine-primary-color-filled)" />
    </svg>
  );
}

export function Brand() {
  return (
    <Group gap={8} wrap="nowrap">
      <Mark size={22} />
      <Text component="span" fw={600} fz="md" lts="-0.02em">
        Zeropoint
      </Text>
    </Group>
  );
}
