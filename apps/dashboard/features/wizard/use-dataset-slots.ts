'use client';

import { useEffect, useEffectEvent, useState } from 'react';
import { arrived, awaitedWords, nothingAwaited, onlyEvaluation, type Slot, type SlotOptions } from './dataset-slots.ts';
import type { ChangeDraft, RunDraft } from './draft.ts';

export type SlotState = {
  /** What became of the last upload for the slot, as a sentence; null: nothing to say of it. */
  readonly wordsOf: (slot: Slot) => string | null;
  /** The slot takes the version once it is inspected and found to fit. */
  readonly awaitUpload: (slot: Slot, versionId: string | null) => void;
  /** The person has chosen for the slot, so that no earlier upload changes it. */
  readonly settle: (slot: Slot) => void;
};

type Inputs = {
  readonly draft: RunDraft;
  readonly change: ChangeDraft;
  readonly options: SlotOptions;
  /** Whether accuracy can be measured, so that an evaluation set may be proposed. */
  readonly measurable: boolean;
};

/** Fills the slots for data: with what was uploaded for each, and with the only labelled set that was there before. */
export function useDatasetSlots({ draft, change, options, measurable }: Inputs): SlotState {
  const [awaited, setAwaited] = useState(nothingAwaited);
  const [hasUploads, setHasUploads] = useState(false);
  const wait = (slot: Slot, versionId: string | null) => setAwaited((now) => ({ ...now, [slot]: versionId }));
  const came = arrived(awaited, options);
  const take = useEffectEvent(() => {
    change(came);
    if (came.calibrationVersionId) wait('calibration', null);
    if (came.evaluationVersionId) wait('evaluation', null);
  });
  useEffect(() => {
    if (came.calibrationVersionId || came.evaluationVersionId) take();
  }, [came.calibrationVersionId, came.evaluationVersionId]);
  // Whoever uploads says what each set is for.
  const only = measurable && !hasUploads ? onlyEvaluation(draft, options) : null;
  const propose = useEffectEvent((evaluationVersionId: string) => change({ evaluationVersionId }));
  useEffect(() => {
    if (only) propose(only);
  }, [only]);
  return {
    wordsOf: (slot) => awaitedWords(awaited, options, slot),
    awaitUpload: (slot, versionId) => {
      setHasUploads(true);
      wait(slot, versionId);
    },
    settle: (slot) => wait(slot, null),
  };
}
