import { Box, Card, Center, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { Mark } from '#dashboard/ui/brand.tsx';

/** The small centred card of the pages before one is inside. */
export function AuthCard({
  title,
  description,
  children,
}: {
  title: string;
  description?: ReactNode;
  children: ReactNode;
}) {
  return (
    <Center component="main" id="main" mih="calc(100dvh - 8rem)" px="md" py="xl">
      <Box w="100%" maw={400}>
        <Stack align="center" gap="xs" mb="lg">
          <Mark size={36} />
          <Title order={1} fz={24} ta="center" lts="-0.02em">
            {title}
          </Title>
          {description ? (
            <Text c="dimmed" ta="center" component="div">
              {description}
            </Text>
          ) : null}
        </Stack>
        <Card>{children}</Card>
      </Box>
    </Center>
  );
}
