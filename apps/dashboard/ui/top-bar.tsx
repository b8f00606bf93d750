import { Container, Group } from '@mantine/core';
import Link from 'next/link';
import type { ReactNode } from 'react';
import { Brand } from './brand.tsx';
import { ColorSchemeToggle } from './color-scheme-toggle.tsx';
import classes from './top-bar.module.css';

/** The bar on every page: where one is on the left, who one is on the right. */
export function TopBar({ crumbs, account }: { crumbs?: ReactNode; account?: ReactNode }) {
  return (
    <header className={classes.bar}>
      <a href="#main" className={classes.skip}>
        Skip to the content
      </a>
      <Container size={1200}>
        <Group justify="space-between" wrap="nowrap" className={classes.inner} gap="md">
          <Group gap="md" wrap="nowrap" className={classes.crumbs}>
            <Link href="/" className={classes.brand} aria-label="Zeropoint, to the start">
              <Brand />
            </Link>
            {crumbs}
          </Group>
          <Group gap="xs" wrap="nowrap">
            <ColorSchemeToggle />
            {account}
          </Group>
        </Group>
      </Container>
    </header>
  );
}
