import { type Dtype, dtypes } from './dtype.ts';
import { elementCount } from './element-count.ts';

/** Bytes of `length` elements one after another. */
export function storageBytes({ dtype, length }: { readonly dtype: Dtype; readonly length: number }): number {
  return length * dtypes[dtype].bytes;
}

/** Bytes of a tensor whose elements stand one after another. */
export function denseBytes({ dtype, shape }: { readonly dtype: Dtype; readonly shape: readonly number[] }): number {
  return storageBytes({ dtype, length: elementCount(shape) });
}
