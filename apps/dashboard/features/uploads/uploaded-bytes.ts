import type { QueuedUpload } from './upload-queue.ts';

/** How many bytes of a file the server has, as far as is known here. */
export function uploadedBytes({ file, status }: QueuedUpload): number {
  switch (status.phase) {
    case 'sending':
    case 'paused':
      return status.sent;
    case 'done':
      return file.size;
    case 'waiting':
    case 'hashing':
    case 'failed':
      return 0;
  }
}
