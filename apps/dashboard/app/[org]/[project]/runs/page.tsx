import type { Metadata } from 'next';
import { RunsPage } from '#dashboard/features/runs/runs-page.tsx';

export const metadata: Metadata = { title: 'Runs' };

export default async function RunsPageRoute({ params }: { params: Promise<{ org: string; project: string }> }) {
  return <RunsPage path={await params} />;
}
