import { InputError } from '#contract/failure.ts';
import { dtypes } from '../dtype.ts';
import { elementCount } from '../element-count.ts';
import { limits } from '../limits.ts';
import { swapBytes } from '../swap-bytes.ts';
import type { CheckpointTensor } from './checkpoint.ts';
import type { Storage } from './storages.ts';

/** The elements of a tensor in row-major order, little-endian. Only the part of the storage that it spans is read. */
export async function readTensor(tensor: CheckpointTensor, storage: Storage): Promise<Uint8Array<ArrayBuffer>> {
  const size = dtypes[tensor.dtype].bytes;
  const count = elementCount(tensor.shape);
  if (count === 0) return new Uint8Array(0);
  const last = tensor.shape.reduce((sum, dimension, axis) => sum + (dimension - 1) * (tensor.strides[axis] ?? 0), 0);
  if (Math.max(last + 1, count) * size > limits.tensorBytes)
    throw new InputError(
      'LIMIT_EXCEEDED',
      `The tensor “${tensor.name}” takes ${Math.max(last + 1, count) * size} bytes in one piece; at most ${limits.tensorBytes} are read.`,
    );
  const span = await storage.read(tensor.storageOffset * size, (last + 1) * size);
  const bytes = isContiguous(tensor) ? span : gather(span, tensor, count);
  return storage.bigEndian ? swapBytes(bytes, tensor.dtype) : bytes;
}

/** Where the bytes of `readTensor` lie within the file; null if it does more than read them. */
export function locateTensor(
  tensor: CheckpointTensor,
  storage: Storage,
): { readonly offset: number; readonly bytes: number } | null {
  const size = dtypes[tensor.dtype].bytes;
  const bytes = elementCount(tensor.shape) * size;
  if (storage.at === null || !isContiguous(tensor) || (storage.bigEndian && size > 1)) return null;
  // The offset of a tensor without elements may point anywhere.
  return { offset: bytes === 0 ? storage.at : storage.at + tensor.storageOffset * size, bytes };
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

/** Copies row by row, counting the index of the outer dimensions up like an odometer. */
function gather(span: Uint8Array<ArrayBuffer>, tensor: CheckpointTensor, count: number): Uint8Array<ArrayBuffer> {
  const { shape, strides } = tensor;
  const size = dtypes[tensor.dtype].bytes;
  const bytes = new Uint8Array(count * size);
  const copy = copierOf(span, bytes, size);
  const rank = shape.length - 1;
  const row = shape[rank] ?? 1;
  const index = new Array<number>(Math.max(rank, 0)).fill(0);
  let from = 0;
  for (let to = 0; to < count; to += row) {
    copy({ from, to, count: row, stride: strides[rank] ?? 0 });
    for (let axis = rank - 1; axis >= 0; axis--) {
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

type Run = { readonly from: number; readonly to: number; readonly count: number; readonly stride: number };

/** Copies elements in words of up to four bytes; both buffers begin at an element. */
function copierOf(source: Uint8Array<ArrayBuffer>, target: Uint8Array<ArrayBuffer>, size: number): (run: Run) => void {
  const Words = size === 1 ? Uint8Array : size === 2 ? Uint16Array : Uint32Array;
  const words = size / Words.BYTES_PER_ELEMENT;
  const input = new Words(source.buffer);
  const output = new Words(target.buffer);
  return ({ from, to, count, stride }) => {
    if (stride === 1) {
      output.set(input.subarray(from * words, (from + count) * words), to * words);
      return;
    }
    for (let element = 0; element < count; element++) {
      for (let word = 0; word < words; word++) {
        output[(to + element) * words + word] = input[(from + element * stride) * words + word] ?? 0;
      }
    }
  };
}
