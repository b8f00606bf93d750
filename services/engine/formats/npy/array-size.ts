import { InputError } from '#contract/failure.ts';
import { corrupt, overLimit } from '../byte-source.ts';
import { dtypes } from '../dtype.ts';
import { limits } from '../limits.ts';
import type { NpyHeader, NpyStart } from './header.ts';

export type ArraySize = {
  /** Of all elements, and of one row of the first dimension. */
  readonly bytes: number;
  readonly rowBytes: number;
};

/** How large the array is, held against what the file has for it (header included) and against what is read. */
export function arraySize(
  { source, array }: Pick<NpyStart, 'source' | 'array'>,
  { dtype, shape, bytes: headerBytes }: NpyHeader,
  storedBytes: number,
): ArraySize {
  const bytes = shape.reduce((product, dimension) => product * BigInt(dimension), BigInt(dtypes[dtype].bytes));
  if (bytes > BigInt(limits.npyArrayBytes))
    throw overLimit(
      source,
      `says ${array} has the shape (${shape.join(', ')}), ${bytes} bytes; at most ${limits.npyArrayBytes} are read.`,
    );
  if (headerBytes + Number(bytes) !== storedBytes) {
    throw corrupt(
      source,
      `says ${array} has the shape (${shape.join(', ')}) of ${dtype}, ${bytes} bytes, but holds ${storedBytes - headerBytes}.`,
    );
  }
  const rows = shape[0] ?? 0;
  if (rows === 0)
    throw new InputError(
      'NOT_A_DATASET',
      `${source.name} has no samples in ${array}: its shape is (${shape.join(', ')}).`,
    );
  const rowBytes = Number(bytes) / rows;
  if (rowBytes > limits.tensorBytes)
    throw overLimit(
      source,
      `says one sample of ${array} has ${rowBytes} bytes; at most ${limits.tensorBytes} are read.`,
    );
  return { bytes: Number(bytes), rowBytes };
}
