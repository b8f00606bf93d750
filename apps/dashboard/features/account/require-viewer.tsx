'use client';

import { Container } from '@mantine/core';
import { usePathname, useRouter } from 'next/navigation';
import { type ReactNode, useEffect } from 'react';
import { QueryState } from '#dashboard/ui/query-state.tsx';
import { useViewer } from './use-viewer.ts';

/** Sends those who are not signed in to do so, and back here afterwards. What may be seen is the gateway's to say. */
export function RequireViewer({ children }: { children: ReactNode }) {
  const { viewer, loading, error, refetch } = useViewer();
  const router = useRouter();
  const path = usePathname();
  const away = !loading && !error && viewer === null;

  useEffect(() => {
    if (away) router.replace(`/sign-in?next=${encodeURIComponent(path)}`);
  }, [away, path, router]);

  if (viewer) return children;
  return (
    <Container size={1200} py="xl">
      <QueryState loading={loading || away} error={error} retry={() => void refetch()} />
    </Container>
  );
}
