'use client';

import { useDocumentTitle } from '@mantine/hooks';
import { useParams } from 'next/navigation';

/** Names the browser tab after what the page turned out to show; within a project, with the project. */
export function usePageTitle(title: string) {
  const { project } = useParams<{ project?: string }>();
  const parts = project && project !== title ? [title, project] : [title];
  useDocumentTitle([...parts, 'Zeropoint'].join(' · '));
}
