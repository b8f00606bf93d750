import type { Metadata } from 'next';
import { readRunAddress } from '#dashboard/features/runs/run-address.ts';
import { RunPage } from '#dashboard/features/runs/run-page.tsx';

export const metadata: Metadata = { title: 'Run' };

type Props = { params: Promise<{ org: string; project: string; id: string }> };

export default async function RunRoute({ params }: Props) {
  const { org, project, id } = await params;
  return <RunPage key={id} path={{ org, project }} address={readRunAddress(decodeURIComponent(id))} />;
}
