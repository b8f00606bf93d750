'use client';

import { Box, Container, Group, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './page.module.css';
import { usePageTitle } from './use-page-title.ts';

type PageProps = {
  title: string;
  description?: ReactNode;
  actions?: ReactNode;
  size?: number;
  children: ReactNode;
};

/** The frame of every page: one heading, its actions to the right, room to breathe. */
export function Page({ title, description, actions, size = 1200, children }: PageProps) {
  usePageTitle(title);
  return (
    <Container size={size} className={classes.page} component="main" id="main">
      <Group justify="space-between" align="flex-start" className={classes.header} gap="md">
        <Box className={classes.heading}>
          <Title order={1} className={classes.title}>
            {title}
          </Title>
          {description ? (
            <Text c="dimmed" mt={6} component="div">
              {description}
            </Text>
          ) : null}
        </Box>
        {actions ? <Group gap="sm">{actions}</Group> : null}
      </Group>
      {children}
    </Container>
  );
}
