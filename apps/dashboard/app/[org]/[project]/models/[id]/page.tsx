import type { Metadata } from 'next';
import { ModelPage } from '#dashboard/features/models/model-page.tsx';

export const metadata: Metadata = { title: 'Model' };

type Props = {
  params: Promise<{ org: string; project: string; id: string }>;
  searchParams: Promise<{ newRun?: string }>;
};

export default async function ModelRoute({ params, searchParams }: Props) {
  const [{ org, project, id }, { newRun }] = await Promise.all([params, searchParams]);
  return <ModelPage key={id} path={{ org, project }} id={decodeURIComponent(id)} newRun={newRun ?? null} />;
}
