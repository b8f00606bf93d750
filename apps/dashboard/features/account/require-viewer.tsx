'use client';

import { Container } from '@mantine/core';
import { useRouter } from 'next/navigation';
import { type ReactNode, useEffect } from 'react';
import { QueryState } from '#dashboard/ui/query-state.tsx';
import { useViewer } from './use-viewer.ts';

/** Sends those who are not signed in to do so, and back here afterwards. What may be seen is the gateway's to say. */
export function RequireViewer({ children }: { children: ReactNode }) {
  const { viewer, loading, error, refetch } = useViewer();
  const router = useRouter();
  const away = !loading && !error && viewer === null;

  useEffect(() => {
    if (!away) return;
    const here = location.pathname + location.search;
    router.replace(`/sign-in?next=${encodeURIComponent(here)}`);
  }, [away, router]);

  if (viewer) return children;
  return (
    <Container size={1200} py="xl">
      <QueryState loading={loading || away} error={error} retry={() => void refetch()} />
    </Container>
  );
}
