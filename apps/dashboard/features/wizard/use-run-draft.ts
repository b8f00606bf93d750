'use client';

import { useEffect, useState } from 'react';
import type { ProjectPath } from '#dashboard/features/projects/project-path.ts';
import type { ChangeDraft, RunDraft } from './draft.ts';
import { forgetDraft, keepDraft, readDraft, tabStore } from './kept-draft.ts';

export type DraftState = {
  readonly draft: RunDraft;
  /** Whether it is no longer what it began as. */
  readonly begun: boolean;
  readonly change: ChangeDraft;
  readonly startOver: () => void;
  readonly forget: () => void;
};

/** The run that is being put together, kept by the tab: a reload and the way back find it again. */
export function useRunDraft(path: ProjectPath, start: RunDraft): DraftState {
  // Server and browser both begin with a page that waits for its project, so that the store may differ from `start`.
  const [place] = useState({ path, start });
  const [draft, setDraft] = useState(() => readDraft(tabStore(), place));
  useEffect(() => keepDraft(tabStore(), place, draft), [place, draft]);
  return {
    draft,
    begun: JSON.stringify(draft) !== JSON.stringify(place.start),
    change: (changes) => setDraft((current) => ({ ...current, ...changes })),
    startOver: () => setDraft(place.start),
    forget: () => forgetDraft(tabStore(), path),
  };
}
