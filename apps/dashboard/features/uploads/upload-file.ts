import { Upload } from 'tus-js-client';
import { hashInWorker } from './hash-in-worker.ts';
import { retryable } from './retryable.ts';

/** Where an upload stands. `sha256` is what we computed here; the server refuses bytes that do not have it. */
export type UploadStatus =
  | { readonly phase: 'waiting' }
  | { readonly phase: 'hashing'; readonly fraction: number }
  | { readonly phase: 'sending'; readonly sent: number; readonly total: number; readonly cut: boolean }
  | { readonly phase: 'paused'; readonly sent: number; readonly total: number }
  | { readonly phase: 'done'; readonly uploadId: string; readonly sha256: string }
  | { readonly phase: 'failed'; readonly message: string };

export type UploadControl = { pause(): void; resume(): void; cancel(): void };

export type UploadRequest = {
  readonly file: File;
  readonly organization: string;
  readonly projectId: string;
  readonly onStatus: (status: UploadStatus) => void;
};

const chunkBytes = 8 * 1024 * 1024;
const retryDelays = [0, 500, 1_000, 2_000, 4_000, 8_000, 15_000, 30_000, 30_000, 30_000, 60_000, 60_000];

/**
 * Hashes a file, then sends it in resumable pieces: a cut connection is retried, an interrupted upload of the same file
 * goes on where it stopped, even after the page was closed. What the server refuses for good is not sent again.
 */
export function uploadFile({ file, organization, projectId, onStatus }: UploadRequest): UploadControl {
  const abort = new AbortController();
  let upload: Upload | null = null;
  let sent = 0;
  const sending = (cut: boolean) => onStatus({ phase: 'sending', sent, total: file.size, cut });
  const goOn = () => upload?.start();

  async function begin() {
    if (file.size === 0) throw new Error(`${file.name} is empty (0 bytes); choose a file with something in it.`);
    onStatus({ phase: 'hashing', fraction: 0 });
    const onProgress = (fraction: number) => onStatus({ phase: 'hashing', fraction });
    const sha256 = await hashInWorker(file, { onProgress, signal: abort.signal });
    const transfer = new Upload(file, {
      endpoint: '/files/uploads',
      chunkSize: chunkBytes,
      retryDelays,
      removeFingerprintOnSuccess: true,
      fingerprint: async () => `zeropoint-${organization}-${projectId}-${sha256}`,
      metadata: { organization, projectId, filename: file.name, sha256 },
      onProgress: (bytes) => {
        sent = bytes;
        sending(false);
      },
      onShouldRetry: (error) => {
        if (!retryable(error)) return false;
        sending(true);
        return navigator.onLine;
      },
      onError: (error) => {
        // Offline is not a failure: the upload goes on when the network is back.
        if (!navigator.onLine) addEventListener('online', goOn, { once: true, signal: abort.signal });
        else onStatus({ phase: 'failed', message: sentence(error) });
      },
      onSuccess: () => {
        const uploadId = transfer.url?.split('/').at(-1);
        if (uploadId) onStatus({ phase: 'done', uploadId, sha256 });
        else onStatus({ phase: 'failed', message: 'The server took the file but did not name it. Upload it again.' });
      },
    });
    upload = transfer;
    const [previous] = await transfer.findPreviousUploads();
    if (previous) transfer.resumeFromPreviousUpload(previous);
    sending(false);
    transfer.start();
  }

  begin().catch((error) => {
    if (!abort.signal.aborted) onStatus({ phase: 'failed', message: sentence(error) });
  });
  return {
    pause() {
      void upload?.abort();
      onStatus({ phase: 'paused', sent, total: file.size });
    },
    resume() {
      sending(false);
      goOn();
    },
    cancel() {
      abort.abort();
      void upload?.abort(true).catch(() => {});
    },
  };
}

/** tus reports the server's own words at the end of a long technical line; people get those words. */
function sentence(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const response = /response text: (.+?), request id/s.exec(message)?.[1];
  return response && response !== 'n/a' ? response.trim() : message;
}
