import type { ByteSource } from '../byte-source.ts';
import { dtypes } from '../dtype.ts';
import { swapBytes } from '../swap-bytes.ts';
import type { CheckpointTensor } from './checkpoint.ts';
import type { Storage } from './storages.ts';

export type TensorSource = { readonly source: ByteSource; readonly storage: Storage; readonly bigEndian: boolean };

/** The elements of a tensor in row-major order, little-endian. Only the part of the storage that it spans is read. */
export async function readTensor(
  tensor: CheckpointTensor,
  { source, storage, bigEndian }: TensorSource,
): Promise<Uint8Array<ArrayBuffer>> {
  const size = dtypes[tensor.dtype].bytes;
  const count = tensor.shape.reduce((product, dimension) => product * dimension, 1);
  if (count === 0) return new Uint8Array(0);
  const last = tensor.shape.reduce((sum, dimension, axis) => sum + (dimension - 1) * (tensor.strides[axis] ?? 0), 0);
  const span = await source.read(storage.entry.offset + tensor.storageOffset * size, (last + 1) * size);
  const bytes = isContiguous(tensor) ? span : gather(span, tensor, count);
  return bigEndian ? swapBytes(bytes, tensor.dtype) : bytes;
}

function isContiguous({ shape, strides }: CheckpointTensor): boolean {
  let expected = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const dimension = shape[axis] ?? 1;
    if (dimension !== 1 && strides[axis] !== expected) return false;
    expected *= dimension;
  }
  return true;
}

/** Copies element by element, counting the index up like an odometer. */
function gather(span: Uint8Array, tensor: CheckpointTensor, count: number): Uint8Array<ArrayBuffer> {
  const { shape, strides } = tensor;
  const size = dtypes[tensor.dtype].bytes;
  const bytes = new Uint8Array(count * size);
  const index = new Array<number>(shape.length).fill(0);
  let from = 0;
  for (let to = 0; to < bytes.length; to += size) {
    for (let byte = 0; byte < size; byte++) bytes[to + byte] = span[from * size + byte] ?? 0;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const stride = strides[axis] ?? 0;
      const dimension = shape[axis] ?? 1;
      const next = (index[axis] ?? 0) + 1;
      from += stride;
      index[axis] = next;
      if (next < dimension) break;
      from -= stride * dimension;
      index[axis] = 0;
    }
  }
  return bytes;
}
