import type { Metadata } from 'next';
import { NewRunPage } from '#dashboard/features/wizard/new-run-page.tsx';

export const metadata: Metadata = { title: 'New run' };

type Props = { params: Promise<{ org: string; project: string }>; searchParams: Promise<{ model?: string }> };

export default async function NewRunRoute({ params, searchParams }: Props) {
  const { model } = await searchParams;
  return <NewRunPage path={await params} modelVersionId={model ?? null} />;
}
