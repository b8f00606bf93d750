import { InputError } from '#contract/failure.ts';
import type { Dtype } from '../formats/dtype.ts';
import type { Checkpoint, CheckpointTensor } from '../formats/pth/checkpoint.ts';
import { bfloat16ToNumber } from '../numerics/bfloat16.ts';
import { float16ToNumber } from '../numerics/float16.ts';

/** A floating point tensor of the checkpoint as float32, row-major; float64 is rounded. */
export async function readWeight(checkpoint: Checkpoint, tensor: CheckpointTensor): Promise<Float32Array> {
  const widen = wideners[tensor.dtype];
  if (!widen)
    throw new InputError(
      'UNSUPPORTED',
      `${tensor.name} has elements of ${tensor.dtype}, which are not floating point numbers of 16, 32 or 64 bits`,
      { remedy: 'Save the network with .float() before.' },
    );
  const bytes = await checkpoint.read(tensor);
  return widen(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer);
}

export const isFloating = (dtype: Dtype): boolean => Object.hasOwn(wideners, dtype);

const wideners: { readonly [Name in Dtype]?: (buffer: ArrayBuffer) => Float32Array } = {
  float32: (buffer) => new Float32Array(buffer),
  float64: (buffer) => Float32Array.from(new Float64Array(buffer)),
  float16: (buffer) => Float32Array.from(new Uint16Array(buffer), float16ToNumber),
  bfloat16: (buffer) => Float32Array.from(new Uint16Array(buffer), bfloat16ToNumber),
};
