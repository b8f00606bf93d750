'use client';

import { Button, Center, EmptyState, Skeleton, Stack } from '@mantine/core';
import { IconAlertTriangle, IconLock, IconMapPinOff } from '@tabler/icons-react';
import Link from 'next/link';
import type { ReactNode } from 'react';

type EmptyProps = { icon: ReactNode; title: string; description: ReactNode; action?: ReactNode };

/** Nothing here yet: says what belongs here and offers the way to it. */
export function Empty({ icon, title, description, action }: EmptyProps) {
  return (
    <Center mih={220} p="lg" data-testid="empty-state">
      <EmptyState icon={icon} title={title} description={description} withIndicatorBackground>
        {action ? <EmptyState.Actions>{action}</EmptyState.Actions> : null}
      </EmptyState>
    </Center>
  );
}

export function Loading({ lines = 5, label = 'Loading' }: { lines?: number; label?: string }) {
  const rows = Array.from({ length: lines }, (_, line) => line);
  return (
    <Stack gap="sm" py="xs" role="status" aria-label={label}>
      {rows.map((line) => (
        <Skeleton key={line} height={line === 0 ? 26 : 16} width={`${line === 0 ? 34 : 96 - line * 8}%`} radius="sm" />
      ))}
    </Stack>
  );
}

/** Something of ours went wrong; what it said, and a way on. */
export function Failed({ message, retry }: { message: string; retry?: (() => void) | undefined }) {
  return (
    <Center mih={260} p="lg" role="alert" data-testid="error-state">
      <EmptyState
        icon={<IconAlertTriangle />}
        variant="light"
        color="red"
        title="This did not load"
        description={message}
      >
        {retry ? (
          <EmptyState.Actions>
            <Button variant="default" onClick={retry}>
              Try again
            </Button>
          </EmptyState.Actions>
        ) : null}
      </EmptyState>
    </Center>
  );
}

export function Forbidden({ message }: { message?: string }) {
  return (
    <Closed
      testId="forbidden-state"
      icon={<IconLock />}
      title="This is not open to you"
      description={
        message ?? 'Your role here does not allow it. An owner or admin of the organization can change that.'
      }
    />
  );
}

/** The same words for what is gone, never was, or belongs to others. */
export function NotFound({ what = 'page' }: { what?: string }) {
  return (
    <Closed
      testId="not-found-state"
      icon={<IconMapPinOff />}
      title={`There is no such ${what}`}
      description="It may have been removed, or it belongs to an organization you are not a member of."
    />
  );
}

type ClosedProps = { testId: string; icon: ReactNode; title: string; description: string };

/** Nothing to see, and nothing to try again: the way back. */
function Closed({ testId, icon, title, description }: ClosedProps) {
  return (
    <Center mih={300} p="lg" data-testid={testId}>
      <EmptyState icon={icon} withIndicatorBackground title={title} description={description}>
        <EmptyState.Actions>
          <Button variant="default" component={Link} href="/">
            Back to the start
          </Button>
        </EmptyState.Actions>
      </EmptyState>
    </Center>
  );
}
