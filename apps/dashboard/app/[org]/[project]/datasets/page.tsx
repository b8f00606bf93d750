import type { Metadata } from 'next';
import { DatasetsPage } from '#dashboard/features/datasets/datasets-page.tsx';

export const metadata: Metadata = { title: 'Datasets' };

export default async function DatasetsPageRoute({ params }: { params: Promise<{ org: string; project: string }> }) {
  return <DatasetsPage path={await params} />;
}
