import { Box, Text } from '@mantine/core';
import type { ReactNode } from 'react';

type StatProps = { label: string; value: ReactNode; note?: ReactNode; testId?: string };

/** One figure, its name above and what it means below. */
export function Stat({ label, value, note, testId }: StatProps) {
  return (
    <Box data-testid={testId}>
      <Text size="sm" c="dimmed">
        {label}
      </Text>
      <Text fz={26} fw={600} lts="-0.02em" lh={1.25} mt={2} component="div" className="tabular">
        {value}
      </Text>
      {note ? (
        <Text size="sm" c="dimmed" mt={2} component="div" className="tabular">
          {note}
        </Text>
      ) : null}
    </Box>
  );
}
