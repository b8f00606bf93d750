'use client';

import { useCallback, useEffect, useRef, useState } from 'react';
import { uploadFile } from './upload-file.ts';
import { createUploadQueue, type QueuedUpload, type UploadQueue } from './upload-queue.ts';
import type { UploadTarget } from './use-upload.ts';

export type Uploads = Pick<UploadQueue, 'want' | 'pause' | 'resume' | 'retry'> & {
  readonly uploads: readonly QueuedUpload[];
};

const atOnce = 3;

/** Several files on their way up; which ones is said by `want`. */
export function useUploads({ organization, projectId }: UploadTarget): Uploads {
  const [uploads, setUploads] = useState<readonly QueuedUpload[]>([]);
  const current = useRef<UploadQueue | null>(null);
  const queue = useCallback((): UploadQueue => {
    current.current ??= createUploadQueue({
      atOnce,
      start: (file, onStatus) => uploadFile({ file, organization, projectId, onStatus }),
      onChange: setUploads,
    });
    return current.current;
  }, [organization, projectId]);
  useEffect(
    () => () => {
      current.current?.leave();
      current.current = null;
    },
    [],
  );
  return {
    uploads,
    want: useCallback((files) => queue().want(files), [queue]),
    pause: (file) => queue().pause(file),
    resume: (file) => queue().resume(file),
    retry: (file) => queue().retry(file),
  };
}
