import { formatBytes } from '#dashboard/ui/format/bytes.ts';
import type { UploadStatus } from './upload-file.ts';

/** Where an upload stands, as its row says it. */
export function uploadWords(status: UploadStatus): string {
  switch (status.phase) {
    case 'waiting':
      return 'Waiting for its turn';
    case 'hashing':
      return `Fingerprinting, ${Math.round(status.fraction * 100)} %`;
    case 'sending':
      if (status.cut) return `Connection cut at ${position(status)}; trying again`;
      // The server answers only once it has compared the digest of all that it received.
      return status.sent < status.total ? position(status) : `All ${formatBytes(status.total)} sent; being verified`;
    case 'paused':
      return `Paused at ${position(status)}`;
    case 'done':
      return `Uploaded, SHA-256 verified: ${status.sha256.slice(0, 12)}…`;
    case 'failed':
      return status.message;
  }
}

const position = ({ sent, total }: { readonly sent: number; readonly total: number }) =>
  `${formatBytes(sent)} of ${formatBytes(total)}`;
