import type { Metadata } from 'next';
import { ModelPage } from '#dashboard/features/models/model-page.tsx';

export const metadata: Metadata = { title: 'Model' };

type Props = { params: Promise<{ org: string; project: string; id: string }> };

export default async function ModelRoute({ params }: Props) {
  const { org, project, id } = await params;
  return <ModelPage key={id} path={{ org, project }} id={decodeURIComponent(id)} />;
}
