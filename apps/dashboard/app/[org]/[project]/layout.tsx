import type { ReactNode } from 'react';
import { ProjectTabs } from '#dashboard/features/projects/project-tabs.tsx';

type ProjectLayoutProps = { params: Promise<{ org: string; project: string }>; children: ReactNode };

export default async function ProjectLayout({ params, children }: ProjectLayoutProps) {
  const { org, project } = await params;
  return (
    <>
      <ProjectTabs org={org} project={project} />
      {children}
    </>
  );
}
