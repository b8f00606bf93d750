import type { UploadControl, UploadStatus } from './upload-file.ts';

/** One file of several on their way up. */
export type QueuedUpload = { readonly file: File; readonly status: UploadStatus };

export type UploadQueue = {
  /** The files that are wanted now, in their order: new ones wait for their turn, those no longer there are canceled. */
  want(files: readonly File[]): void;
  pause(file: File): void;
  resume(file: File): void;
  retry(file: File): void;
  /** Nobody looks any more: what is sent keeps its place and can be resumed. */
  leave(): void;
};

export type QueueOptions = {
  readonly atOnce: number;
  start(file: File, onStatus: (status: UploadStatus) => void): UploadControl;
  onChange(uploads: readonly QueuedUpload[]): void;
};

type Entry = { status: UploadStatus; control: UploadControl | null };

/** Uploads several files, a few at once: one is hashed while others are sent. */
export function createUploadQueue({ atOnce, start, onChange }: QueueOptions): UploadQueue {
  const entries = new Map<File, Entry>();
  const tell = () => onChange([...entries].map(([file, { status }]) => ({ file, status })));

  function begin(file: File, entry: Entry): void {
    entry.status = { phase: 'hashing', fraction: 0 };
    entry.control = start(file, (status) => {
      if (entries.get(file) !== entry) return;
      entry.status = status;
      beginNext();
      tell();
    });
  }

  function beginNext(): void {
    for (const [file, entry] of entries) {
      if (countBusy() >= atOnce) return;
      if (entry.status.phase === 'waiting') begin(file, entry);
    }
  }

  const countBusy = () => [...entries.values()].filter(({ status }) => busy[status.phase]).length;

  return {
    want(files) {
      const before = new Map(entries);
      entries.clear();
      for (const file of files) entries.set(file, before.get(file) ?? { status: { phase: 'waiting' }, control: null });
      for (const [file, { control }] of before) if (!entries.has(file)) control?.cancel();
      beginNext();
      tell();
    },
    pause: (file) => entries.get(file)?.control?.pause(),
    resume: (file) => entries.get(file)?.control?.resume(),
    retry(file) {
      const entry = entries.get(file);
      if (!entry) return;
      entry.control?.cancel();
      entries.set(file, { status: { phase: 'waiting' }, control: null });
      beginNext();
      tell();
    },
    leave() {
      for (const { control } of entries.values()) control?.pause();
      entries.clear();
    },
  };
}

/** Whether an upload takes one of the places. A paused one leaves its place to others. */
const busy = {
  waiting: false,
  hashing: true,
  sending: true,
  paused: false,
  done: false,
  failed: false,
} as const satisfies Record<UploadStatus['phase'], boolean>;
