import { numberToBfloat16 } from './bfloat16.ts';
import { numberToFloat16 } from './float16.ts';
import type { WeightDtype } from './weight-scheme.ts';

/** Numbers as little-endian elements of a dtype, rounded half to even; the way back from `asFloat32`. Of float32 it is a view. */
export function fromFloat32(values: Float32Array, dtype: WeightDtype): Uint8Array {
  const { buffer, byteOffset, byteLength } = writers[dtype](values);
  return new Uint8Array(buffer, byteOffset, byteLength);
}

const writers = {
  float32: (values) => values,
  float64: (values) => Float64Array.from(values),
  bfloat16: (values) => Uint16Array.from(values, numberToBfloat16),
  float16: (values) => Uint16Array.from(values, numberToFloat16),
} as const satisfies Record<WeightDtype, (values: Float32Array) => ArrayBufferView>;
