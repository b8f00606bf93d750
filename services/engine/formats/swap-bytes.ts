import { type Dtype, dtypes } from './dtype.ts';

/** Turns big-endian elements into little-endian ones, in place. A complex number is two numbers. */
export function swapBytes<T extends Uint8Array>(bytes: T, dtype: Dtype): T {
  const size = dtype.startsWith('complex') ? dtypes[dtype].bytes / 2 : dtypes[dtype].bytes;
  if (size > 1) for (let at = 0; at < bytes.length; at += size) bytes.subarray(at, at + size).reverse();
  return bytes;
}
