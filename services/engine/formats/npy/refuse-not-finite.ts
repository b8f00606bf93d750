import { InputError } from '#contract/failure.ts';
import { type Dtype, dtypes } from '../dtype.ts';

/** Elements of an array in the order of the file, little-endian. */
export type ArrayPart = {
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
  /** Index in the array of the first element of `bytes`. */
  readonly start: number;
};

/**
 * Throws UNSUPPORTED for the first element that is NaN or infinite, naming file, array and sample: no range, no scale
 * and no accuracy can be measured with it. Integers and booleans always pass.
 */
export function refuseNotFinite(file: string, array: string, part: ArrayPart): void {
  const wrong = firstNotFinite(part);
  if (wrong === null) return;
  const samples = part.shape[0] ?? 1;
  const perSample = part.shape.slice(1).reduce((product, dimension) => product * dimension, 1);
  const sample = Math.floor((part.start + wrong.index) / perSample);
  throw new InputError('UNSUPPORTED', `${file} holds ${wrong.value} in “${array}”, sample ${sample} of ${samples}`, {
    remedy: 'Repair or leave out such samples, and save the file again.',
  });
}

/** A multiple of every element's size. */
const PART_BYTES = 1 << 22;

export type WholeArray = { readonly name: string; readonly bytes: number } & Pick<ArrayPart, 'dtype' | 'shape'>;

/** Reads every element of an array once, a part at a time, for `refuseNotFinite`. */
export async function requireFinite(
  file: string,
  { name, dtype, shape, bytes }: WholeArray,
  read: (at: number, length: number) => Promise<Uint8Array>,
): Promise<void> {
  for (let at = 0; at < bytes; at += PART_BYTES) {
    const part = await read(at, Math.min(PART_BYTES, bytes - at));
    refuseNotFinite(file, name, { dtype, shape, bytes: part, start: at / dtypes[dtype].bytes });
  }
}

/** Sign, exponent and fraction of IEEE 754 by the word that holds the exponent: all ones is NaN or an infinity. */
const exponents = {
  float16: { words: Uint16Array, mask: 0x7c00, fraction: 0x03ff },
  float32: { words: Uint32Array, mask: 0x7f800000, fraction: 0x007fffff },
  float64: { words: Uint32Array, mask: 0x7ff00000, fraction: 0x000fffff },
} as const;

/** Real and imaginary part are numbers of their own. */
const parts = new Map<Dtype, keyof typeof exponents>([
  ['float16', 'float16'],
  ['float32', 'float32'],
  ['float64', 'float64'],
  ['complex64', 'float32'],
  ['complex128', 'float64'],
]);

/** Index and kind of the first element that is NaN or infinite; null if all are finite, as integers are. */
export function firstNotFinite({
  dtype,
  bytes,
}: Pick<ArrayPart, 'dtype' | 'bytes'>): { index: number; value: string } | null {
  const part = parts.get(dtype);
  if (!part) return null;
  const { words: Words, mask, fraction } = exponents[part];
  const words = new Words(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.byteLength / Words.BYTES_PER_ELEMENT);
  // The upper half of a float64 stands second.
  const step = part === 'float64' ? 2 : 1;
  for (let at = step - 1; at < words.length; at += step) {
    const word = words[at] ?? 0;
    if ((word & mask) !== mask) continue;
    const isNan = (word & fraction) !== 0 || (step === 2 && words[at - 1] !== 0);
    const index = Math.floor((at * Words.BYTES_PER_ELEMENT) / dtypes[dtype].bytes);
    return { index, value: isNan ? 'NaN' : 'an infinite value' };
  }
  return null;
}
