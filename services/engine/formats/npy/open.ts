import { corrupt, openWith } from '../byte-source.ts';
import type { Dtype } from '../dtype.ts';
import { swapBytes } from '../swap-bytes.ts';
import { arraySize } from './array-size.ts';
import { type NpyStart, readNpyHeader } from './header.ts';
import { requireFinite } from './refuse-not-finite.ts';

/** The one array of a `numpy.save` file, read by rows; memory holds what was asked for. */
export type Npy = {
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  readonly bytes: number;
  /** Rows `start` to `start + count` of the first dimension: row-major, little-endian, in an ArrayBuffer of their own. */
  readRows(start: number, count: number): Promise<Uint8Array<ArrayBuffer>>;
  /** Reads every element once; UNSUPPORTED if one is NaN or infinite. */
  requireFinite(): Promise<void>;
  close(): Promise<void>;
};

/** What an array without a name is called. */
export const theArray = 'array';

/**
 * Opens a .npy and reads its header. `name` is what the user calls the file.
 * Errors: NOT_A_DATASET, CORRUPT_FILE, LIMIT_EXCEEDED; UNSAFE_FILE for Python objects (pickles); UNSUPPORTED.
 */
export function openNpy(path: string, name: string): Promise<Npy> {
  return openWith(path, name, async (source) => {
    let position = 0;
    const start: NpyStart = {
      source,
      array: 'an array',
      async read(length) {
        if (position + length > source.size)
          throw corrupt(source, `ends at byte ${source.size}, inside the header of its array.`);
        position += length;
        return source.read(position - length, length);
      },
    };
    const header = await readNpyHeader(start);
    const { rowBytes, bytes } = arraySize(start, header, source.size);
    const { dtype, shape, bigEndian } = header;
    const readBytes = async (at: number, length: number) => {
      const read = await source.read(header.bytes + at, length);
      return bigEndian ? swapBytes(read, dtype) : read;
    };
    return {
      dtype,
      shape,
      bytes: source.size,
      async readRows(first, count) {
        if (first < 0 || count < 0 || first + count > (shape[0] ?? 0))
          throw new Error(`rows ${first} to ${first + count} of ${name} do not exist`);
        return readBytes(first * rowBytes, count * rowBytes);
      },
      requireFinite: () => requireFinite(name, { name: theArray, dtype, shape, bytes }, readBytes),
      close: () => source.close(),
    };
  });
}
