import type { Metadata } from 'next';
import { emptyDraft } from '#dashboard/features/wizard/draft.ts';
import { NewRunPage } from '#dashboard/features/wizard/new-run-page.tsx';
import { RunToStartFrom } from '#dashboard/features/wizard/run-to-start-from.tsx';

export const metadata: Metadata = { title: 'New run' };

type Props = {
  params: Promise<{ org: string; project: string }>;
  searchParams: Promise<{ model?: string; run?: string; promote?: string; calibration?: string }>;
};

export default async function NewRunRoute({ params, searchParams }: Props) {
  const [path, { model, run, promote, calibration }] = await Promise.all([params, searchParams]);
  if (promote) return <RunToStartFrom path={path} run={promote} as="promotion" calibrationId={calibration ?? null} />;
  if (run) return <RunToStartFrom path={path} run={run} as="change" />;
  return <NewRunPage path={path} start={{ ...emptyDraft, modelVersionId: model ?? null }} />;
}
