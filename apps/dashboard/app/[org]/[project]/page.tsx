import type { Metadata } from 'next';
import { ProjectOverview } from '#dashboard/features/projects/project-overview.tsx';

type Props = { params: Promise<{ org: string; project: string }> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: (await params).project };
}

export default async function ProjectRoute({ params }: Props) {
  return <ProjectOverview path={await params} />;
}
