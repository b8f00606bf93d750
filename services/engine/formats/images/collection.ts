import type { PreprocessWishes } from '#contract/preprocess.ts';

/** Images that lie together, not decoded. */
export type ImageCollection = {
  /** What messages call it. */
  readonly name: string;
  /** Of all files that are looked at. */
  readonly bytes: number;
  /** Paths inside it, sorted: what an image is called. */
  readonly images: readonly string[];
  /** What is stored with them; {} if nothing is. */
  readonly wishes: PreprocessWishes;
  /** The file as it is. Errors: LIMIT_EXCEEDED, CORRUPT_FILE; NOT_A_DATASET by `requireImage`. */
  readImage(index: number): Promise<Uint8Array<ArrayBuffer>>;
  close(): Promise<void>;
};
