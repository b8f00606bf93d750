import { corrupt } from '../byte-source.ts';

/** An unsigned 64-bit field as a number; one above 2^53 cannot be true of any file. */
export function readUint64(source: { readonly name: string }, view: DataView, at: number): number {
  const value = view.getBigUint64(at, true);
  if (value > BigInt(Number.MAX_SAFE_INTEGER))
    throw corrupt(source, `has a zip field of ${value}, which is larger than any file.`);
  return Number(value);
}

/** The fields of the zip64 extra (APPNOTE 4.5.3), in order; null where there is none. Damaged extras count as absent. */
export function findZip64(extra: Uint8Array): DataView | null {
  const view = new DataView(extra.buffer, extra.byteOffset, extra.byteLength);
  for (let at = 0; at + 4 <= extra.length; ) {
    const size = view.getUint16(at + 2, true);
    if (at + 4 + size > extra.length) return null;
    if (view.getUint16(at, true) === 1) return new DataView(extra.buffer, extra.byteOffset + at + 4, size);
    at += 4 + size;
  }
  return null;
}
