import type { Metadata } from 'next';
import { ComparisonPage } from '#dashboard/features/comparison/comparison-page.tsx';

export const metadata: Metadata = { title: 'Compare runs' };

type Props = { params: Promise<{ org: string; project: string }>; searchParams: Promise<{ runs?: string }> };

export default async function CompareRoute({ params, searchParams }: Props) {
  const { runs } = await searchParams;
  return <ComparisonPage path={await params} runs={runs?.split(',').filter(Boolean) ?? []} />;
}
