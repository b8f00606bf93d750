import type { Readable } from 'node:stream';

/**
 * Where files of tenants live. Keys are paths with forward slashes (`<organization>/runs/<run>/<epoch>/<name>`),
 * every segment non-empty, none of them `.` or `..`. A file is immutable once written.
 */
export type ArtifactStore = {
  /** Writes the whole stream or nothing; a reader never sees a part. Resolves to what was written. */
  put(key: string, body: Readable): Promise<StoredFile>;
  stat(key: string): Promise<StoredFile | null>;
  /** Bytes `start` to `end` inclusive; the whole file without a range. Rejects with `MissingFileError` if there is none. */
  get(key: string, range?: ByteRange): Promise<Readable>;
  /**
   * Copies a file to a path of this machine where none is, and gives size and digest of what is there now, computed
   * from its bytes. Writing into the copy changes nothing in the store. Rejects like `get`, and with the signal's reason.
   */
  copyTo(key: string, path: string, signal: AbortSignal): Promise<StoredFile>;
  /** Removes every file under the prefix; none there is no error. */
  removeAll(prefix: string): Promise<void>;
};

export type ByteRange = { readonly start: number; readonly end: number };

export type StoredFile = { readonly key: string; readonly bytes: number; readonly sha256: string };

export class MissingFileError extends Error {
  constructor(key: string) {
    super(`No file ${key} in the artifact store`);
    this.name = 'MissingFileError';
  }
}
