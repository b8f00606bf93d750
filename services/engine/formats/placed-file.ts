import type { TensorStorage } from './pth/pickle/value.ts';

/** A file whose contents have their places before they exist, so that several threads may write them at once. */
export type PlacedFile = {
  readonly bytes: number;
  /** Offset of the first byte of each storage. */
  readonly places: ReadonlyMap<TensorStorage, number>;
  /** Headers, the pickle, alignment: known beforehand. */
  readonly fixed: readonly Piece[];
  /** What depends on the CRC-32 of the storages (zip descriptors and directory); null where the format has no checksums (safetensors). Made one by one, for there are as many as storages. */
  readonly finish: ((checksums: ReadonlyMap<TensorStorage, number>) => Iterable<Piece>) | null;
};

export type Piece = { readonly offset: number; readonly bytes: Uint8Array };
