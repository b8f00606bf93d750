import { InputError } from '#contract/failure.ts';
import type { Checkpoint, CheckpointTensor } from '../formats/pth/checkpoint.ts';
import { asFloat32, isFloating } from '../numerics/as-float32.ts';

/** A floating point tensor of the checkpoint as float32, row-major; float64 is rounded. Errors: UNSUPPORTED for other elements. */
export async function readWeight(checkpoint: Checkpoint, tensor: CheckpointTensor): Promise<Float32Array> {
  const { name, dtype } = tensor;
  if (!isFloating(dtype))
    throw new InputError(
      'UNSUPPORTED',
      `${name} has elements of ${dtype}, which are not floating point numbers of 16, 32 or 64 bits`,
      { remedy: 'Save the network with .float() before.' },
    );
  return asFloat32(await checkpoint.read(tensor), dtype);
}
