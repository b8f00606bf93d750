'use client';

import { useCallback, useEffect, useRef, useState } from 'react';
import { type UploadControl, type UploadStatus, uploadFile } from './upload-file.ts';

export type UploadTarget = { readonly organization: string; readonly projectId: string };

/** What a page shows of one upload, and the buttons that it has. */
export type UploadSlot = {
  readonly file: File | null;
  readonly status: UploadStatus | null;
  readonly clear: () => void;
  readonly pause: () => void;
  readonly resume: () => void;
  readonly retry: () => void;
};

export type ChosenUpload = UploadSlot & { readonly choose: (file: File) => void };

/** One file on its way up: chosen, hashed, sent, done. */
export function useUpload({ organization, projectId }: UploadTarget): ChosenUpload {
  const [file, setFile] = useState<File | null>(null);
  const [status, setStatus] = useState<UploadStatus | null>(null);
  const control = useRef<UploadControl | null>(null);

  const choose = useCallback(
    (chosen: File) => {
      control.current?.cancel();
      setFile(chosen);
      control.current = uploadFile({ file: chosen, organization, projectId, onStatus: setStatus });
    },
    [organization, projectId],
  );
  const clear = useCallback(() => {
    control.current?.cancel();
    control.current = null;
    setFile(null);
    setStatus(null);
  }, []);
  useEffect(() => () => control.current?.pause(), []);

  return {
    file,
    status,
    choose,
    clear,
    pause: () => control.current?.pause(),
    resume: () => control.current?.resume(),
    retry: () => file && choose(file),
  };
}
