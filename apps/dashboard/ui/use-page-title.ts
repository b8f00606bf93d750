'use client';

import { useDocumentTitle } from '@mantine/hooks';
import { useParams, usePathname } from 'next/navigation';

/** Names the browser tab after what the page turned out to show; below a project's own page, with the project. */
export function usePageTitle(title: string) {
  const { project } = useParams<{ project?: string }>();
  const overview = usePathname().split('/').length === 3;
  const parts = project && !overview ? [title, project] : [title];
  useDocumentTitle([...parts, 'Zeropoint'].join(' · '));
}
