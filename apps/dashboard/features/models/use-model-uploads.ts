'use client';

import { useState } from 'react';
import type { ChosenFiles } from '#dashboard/features/uploads/dropped-files.ts';
import type { UploadTarget } from '#dashboard/features/uploads/use-upload.ts';
import { type Uploads, useUploads } from '#dashboard/features/uploads/use-uploads.ts';
import { type Arrangement, arrangeFiles } from './arrange-files.ts';

export type ModelUploads = Omit<Uploads, 'want'> & {
  readonly arrangement: Arrangement | null;
  /** Of the folder that was chosen. */
  readonly folder: string | null;
  /** Adds files; one of a name that is there already takes its place. */
  choose(chosen: ChosenFiles): void;
  remove(file: File): void;
};

/** The files of a model on their way up: its own, and the shards or data files that it refers to. */
export function useModelUploads(target: UploadTarget): ModelUploads {
  const { want, ...uploads } = useUploads(target);
  const [arrangement, setArrangement] = useState<Arrangement | null>(null);
  const [folder, setFolder] = useState<string | null>(null);

  async function arrange(files: readonly File[]) {
    const next = files.length > 0 ? await arrangeFiles(files) : null;
    setArrangement(next);
    want(next?.main ? [next.main, ...next.parts] : []);
  }

  return {
    ...uploads,
    arrangement,
    folder,
    choose(chosen) {
      const names = new Set(chosen.files.map(({ name }) => name));
      if (chosen.folder) setFolder(chosen.folder);
      void arrange([...filesOf(arrangement).filter(({ name }) => !names.has(name)), ...chosen.files]);
    },
    remove(file) {
      // Without its index a shard is nothing, nor data without their graph; what was left out stays on this computer anyway.
      const rest = file === arrangement?.main ? [] : filesOf(arrangement).filter((other) => other !== file);
      void arrange(rest);
    },
  };
}

/** What still counts when more is dropped: of files that made no model, those may become one together. */
function filesOf(arrangement: Arrangement | null): readonly File[] {
  if (!arrangement) return [];
  const { main, parts, leftOut } = arrangement;
  return main ? [main, ...parts] : leftOut;
}
