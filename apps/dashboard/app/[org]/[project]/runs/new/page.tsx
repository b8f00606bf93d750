import type { Metadata } from 'next';
import { emptyDraft } from '#dashboard/features/wizard/draft.ts';
import { NewRunPage } from '#dashboard/features/wizard/new-run-page.tsx';
import { RunToChange } from '#dashboard/features/wizard/run-to-change.tsx';
import { RunToPromote } from '#dashboard/features/wizard/run-to-promote.tsx';

export const metadata: Metadata = { title: 'New run' };

type Props = {
  params: Promise<{ org: string; project: string }>;
  searchParams: Promise<{ model?: string; run?: string; promote?: string; calibration?: string }>;
};

export default async function NewRunRoute({ params, searchParams }: Props) {
  const [path, { model, run, promote, calibration }] = await Promise.all([params, searchParams]);
  if (promote) return <RunToPromote path={path} id={promote} calibrationId={calibration ?? null} />;
  if (run) return <RunToChange path={path} id={run} />;
  return <NewRunPage path={path} start={{ ...emptyDraft, modelVersionId: model ?? null }} />;
}
