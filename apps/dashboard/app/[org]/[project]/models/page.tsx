import type { Metadata } from 'next';
import { ModelsPage } from '#dashboard/features/models/models-page.tsx';

export const metadata: Metadata = { title: 'Models' };

export default async function ModelsPageRoute({ params }: { params: Promise<{ org: string; project: string }> }) {
  return <ModelsPage path={await params} />;
}
