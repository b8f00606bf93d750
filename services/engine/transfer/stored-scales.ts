import type { Dtype } from '../formats/dtype.ts';
import { numberToBfloat16 } from '../numerics/bfloat16.ts';
import { numberToFloat16 } from '../numerics/float16.ts';

/** Scales as they stand in the file: float32, or the weight's dtype, to which they are rounded already. */
export function storedScales(scales: Float32Array, dtype: Dtype): Uint8Array {
  if (dtype === 'bfloat16') return new Uint8Array(Uint16Array.from(scales, numberToBfloat16).buffer);
  if (dtype === 'float16') return new Uint8Array(Uint16Array.from(scales, numberToFloat16).buffer);
  return new Uint8Array(scales.buffer, scales.byteOffset, scales.byteLength);
}
