import type { ByteSource } from '../byte-source.ts';

type Read = (offset: number, length: number) => Promise<Uint8Array>;

const NEAR = 16 * 1024;
const AHEAD = 256 * 1024;

/** Reads small pieces in rising order: where they lie close to one another, many with one call. */
export function readAhead(source: ByteSource): Read {
  let held = new Uint8Array(0);
  let start = 0;
  let last = Number.NEGATIVE_INFINITY;
  return async (offset, length) => {
    const near = offset - last <= NEAR;
    last = offset;
    if (offset < start || offset + length > start + held.length) {
      const wanted = near ? Math.max(length, Math.min(AHEAD, source.size - offset)) : length;
      held = await source.read(offset, wanted);
      start = offset;
    }
    return held.subarray(offset - start, offset - start + length);
  };
}
