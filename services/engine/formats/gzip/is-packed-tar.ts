import { constants, gunzipSync } from 'node:zlib';
import { isTar } from '../tar/read-header.ts';

/** RFC 1952: its two bytes, and the one method there is. */
export function isGzip(head: Buffer): boolean {
  return head.length >= 3 && head[0] === 0x1f && head[1] === 0x8b && head[2] === 8;
}

/** Whether the first bytes of a file are those of a tar packed with gzip. */
export function isPackedTar(head: Buffer): boolean {
  if (!isGzip(head)) return false;
  try {
    // A thousand times as many at most; the checksum at the end is for who unpacks it all.
    return isTar(gunzipSync(head.subarray(0, -8), { finishFlush: constants.Z_SYNC_FLUSH }));
  } catch {
    return false;
  }
}
