import type { Dtype } from '../dtype.ts';
import { dtypes } from '../dtype.ts';
import { swapBytes } from '../swap-bytes.ts';
import type { Storage } from './storages.ts';

/** Which numbers of each element torch says to negate: all of a real one, or a part of a complex one. */
export type Negation = 'all' | 'real' | 'imaginary';

/** `-x`, `conj(x)` and `conj(-x)`, as the bits of a tensor's metadata say them; null for neither. */
export function negationOf({ conj, neg }: { readonly conj: boolean; readonly neg: boolean }): Negation | null {
  if (conj) return neg ? 'real' : 'imaginary';
  return neg ? 'all' : null;
}

/** The storage with the values that the bits stand for: what is read of it is computed, so it lies nowhere in the file. */
export function negatedStorage(storage: Storage, dtype: Dtype, negation: Negation): Storage {
  const negate = negaterOf(dtype, negation);
  return {
    ...storage,
    key: `${storage.key}:${negation}`,
    at: null,
    bigEndian: false,
    async read(offset, length) {
      const bytes = await storage.read(offset, length);
      negate(storage.bigEndian ? swapBytes(bytes, dtype) : bytes);
      return bytes;
    },
  };
}

/** Changes little-endian elements in place. */
function negaterOf(dtype: Dtype, negation: Negation): (bytes: Uint8Array) => void {
  const complex = dtype.startsWith('complex');
  const size = complex ? dtypes[dtype].bytes / 2 : dtypes[dtype].bytes;
  const change = complex || /^b?float/.test(dtype) ? flipSign : complement;
  const step = negation === 'all' ? size : size * 2;
  const first = negation === 'imaginary' ? size : 0;
  return (bytes) => {
    for (let at = first; at < bytes.length; at += step) change(bytes, at, size);
  };
}

function flipSign(bytes: Uint8Array, at: number, size: number): void {
  const last = at + size - 1;
  bytes[last] = (bytes[last] ?? 0) ^ 0x80;
}

/** Two's complement: invert and add one. */
function complement(bytes: Uint8Array, at: number, size: number): void {
  let carry = 1;
  for (let index = at; index < at + size; index++) {
    const sum = (~(bytes[index] ?? 0) & 0xff) + carry;
    bytes[index] = sum;
    carry = sum >> 8;
  }
}
