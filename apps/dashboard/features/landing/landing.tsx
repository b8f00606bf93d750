'use client';

import { Box, Button, Card, Container, Group, SimpleGrid, Text, Title } from '@mantine/core';
import { IconArrowRight } from '@tabler/icons-react';
import Link from 'next/link';
import { DemoButton } from '#dashboard/features/account/demo-button.tsx';
import { useViewer } from '#dashboard/features/account/use-viewer.ts';
import { Staircase } from '#dashboard/ui/staircase.tsx';
import { backendCards, promises } from './copy.ts';
import classes from './landing.module.css';

/** What Zeropoint is, and the three ways in. */
export function Landing() {
  return (
    <Container size={1200} component="main" id="main" className={classes.page}>
      <div className={classes.hero}>
        <div>
          <Title order={1} className={classes.claim}>
            Smaller models, with the evidence.
          </Title>
          <Text size="lg" c="dimmed" mt="md" maw={520}>
            Zeropoint quantizes trained PyTorch and ONNX models, shows what it will do to every layer before it does it,
            and measures what it cost.
          </Text>
          <Entrances />
        </div>
        <Staircase />
      </div>
      <SimpleGrid cols={{ base: 1, sm: 3 }} spacing="lg" mt={64}>
        {backendCards.map(({ id, name, line }) => (
          <Card key={id}>
            <Text fw={600}>{name}</Text>
            <Text size="sm" c="dimmed" className="mono">
              {id}
            </Text>
            <Text size="sm" mt="sm">
              {line}
            </Text>
          </Card>
        ))}
      </SimpleGrid>
      <SimpleGrid cols={{ base: 1, sm: 3 }} spacing="xl" mt={56}>
        {promises.map(({ title, line }) => (
          <Box key={title}>
            <Text fw={600}>{title}</Text>
            <Text size="sm" c="dimmed" mt={4}>
              {line}
            </Text>
          </Box>
        ))}
      </SimpleGrid>
    </Container>
  );
}

function Entrances() {
  const { viewer, loading } = useViewer();
  const [first] = viewer?.memberships ?? [];
  if (loading) return <Box h={42} mt="xl" />;
  if (viewer) {
    const target = first ? `/${first.organization.slug}` : '/new-organization';
    return (
      <Group mt="xl">
        <Button size="md" component={Link} href={target} rightSection={<IconArrowRight size={17} />}>
          {first ? `Open ${first.organization.name}` : 'Create an organization'}
        </Button>
      </Group>
    );
  }
  return (
    <Group mt="xl" gap="sm">
      <DemoButton />
      <Button size="md" variant="default" component={Link} href="/sign-up">
        Create an account
      </Button>
      <Button size="md" variant="subtle" component={Link} href="/sign-in">
        Sign in
      </Button>
    </Group>
  );
}
