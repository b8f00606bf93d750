import type { Dtype } from '#engine/formats/dtype.ts';
import { bfloat16ToNumber } from '#engine/numerics/bfloat16.ts';
import { float16ToNumber } from '#engine/numerics/float16.ts';

/** Scales of float32, bfloat16 or float16 as float32, exactly. */
export function scalesAsFloat32(bytes: Uint8Array<ArrayBuffer>, dtype: Dtype): Float32Array<ArrayBuffer> {
  if (dtype === 'float32') return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
  const halves = new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 2);
  return Float32Array.from(halves, dtype === 'bfloat16' ? bfloat16ToNumber : float16ToNumber);
}
