import { Box, Card, Group, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';

type SectionProps = {
  title: string;
  description?: ReactNode;
  actions?: ReactNode;
  /** `bare` lets a table reach the card's edges. */
  padding?: 'normal' | 'bare';
  children: ReactNode;
};

/** A titled card. */
export function Section({ title, description, actions, padding = 'normal', children }: SectionProps) {
  return (
    <Card component="section" aria-label={title}>
      <Group justify="space-between" align="flex-start" mb="md" gap="sm">
        <Box>
          <Title order={2} fz="md">
            {title}
          </Title>
          {description ? (
            <Text size="sm" c="dimmed" mt={2} component="div">
              {description}
            </Text>
          ) : null}
        </Box>
        {actions}
      </Group>
      {padding === 'bare' ? <Card.Section>{children}</Card.Section> : children}
    </Card>
  );
}
