import { widenBfloat16, widenFloat16 } from '../kernels/kernels.ts';
import { type WeightDtype, weightDtypes } from './weight-scheme.ts';

/**
 * Floating-point elements, little-endian, as float32: exactly, but that float64 is rounded. Of float32 it is a view.
 * `bytes` lie in a buffer of their own or aligned to the size of an element.
 */
export function asFloat32(bytes: Uint8Array<ArrayBuffer>, dtype: WeightDtype): Float32Array<ArrayBuffer> {
  const { buffer, byteOffset, byteLength } = bytes;
  return readers[dtype](buffer, byteOffset, byteLength / weightDtypes[dtype].bytes);
}

type Reader = (buffer: ArrayBuffer, offset: number, length: number) => Float32Array<ArrayBuffer>;

const readers = {
  float32: (buffer, offset, length) => new Float32Array(buffer, offset, length),
  float64: (buffer, offset, length) => Float32Array.from(new Float64Array(buffer, offset, length)),
  bfloat16: (buffer, offset, length) => widenBfloat16(new Uint16Array(buffer, offset, length)),
  float16: (buffer, offset, length) => widenFloat16(new Uint16Array(buffer, offset, length)),
} as const satisfies Record<WeightDtype, Reader>;

export const isFloating = (dtype: string): dtype is WeightDtype => Object.hasOwn(weightDtypes, dtype);
