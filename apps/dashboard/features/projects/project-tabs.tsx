'use client';

import { Box, Container, Group } from '@mantine/core';
import Link from 'next/link';
import { usePathname } from 'next/navigation';
import classes from './project-tabs.module.css';

const tabs = [
  { path: '', label: 'Overview' },
  { path: '/runs', label: 'Runs' },
  { path: '/models', label: 'Models' },
  { path: '/datasets', label: 'Datasets' },
] as const;

export function ProjectTabs({ org, project }: { org: string; project: string }) {
  const pathname = usePathname();
  const base = `/${org}/${project}`;
  return (
    <Box className={classes.tabs} component="nav" aria-label="Project">
      <Container size={1200}>
        <Group gap="lg" wrap="nowrap">
          {tabs.map(({ path, label }) => {
            const href = `${base}${path}`;
            const current = path === '' ? pathname === href : pathname.startsWith(href);
            return (
              <Link key={path} href={href} className={classes.tab} aria-current={current ? 'page' : undefined}>
                {label}
              </Link>
            );
          })}
        </Group>
      </Container>
    </Box>
  );
}
