import { dtypes } from '#engine/formats/dtype.ts';
import type { OnnxTensor } from '#engine/formats/onnx/model.ts';
import { makeLazyTensor, makeTensor, tensorBytes } from '#engine/formats/onnx/tensor.ts';
import type { TensorSource } from '#engine/formats/onnx/tensor-source.ts';
import { boxesOf } from './boxes.ts';
import { readRuns, type Strides } from './read-runs.ts';

/**
 * The float tensor as a Transpose gives it: dimension d of the result is `order[d]` of the tensor. What lies in a file
 * stays there, and is put in order in parts when it is read.
 */
export function permuteTensor(tensor: OnnxTensor, order: readonly number[]): OnnxTensor {
  const { name, dtype, shape, source } = tensor;
  if ((dtype !== 'float32' && dtype !== 'float16') || order.every((axis, index) => axis === index)) return tensor;
  const head = { name, dtype, shape: order.map((axis) => shape[axis] ?? 0) };
  const size = dtypes[dtype].bytes;
  if (!source) {
    const bytes = tensorBytes(tensor);
    const read = (offset: number, length: number) => Uint8Array.from(bytes.subarray(offset, offset + length));
    return makeTensor(head, permuted({ shape, order, size, read }, 0, bytes.length / size));
  }
  const from = { shape, order, size, read: (offset: number, length: number) => source.read(offset, length) };
  return makeLazyTensor(head, {
    length: source.length,
    file: null,
    permutes: { tensor, order },
    read(offset, length) {
      const first = Math.floor(offset / size);
      const bytes = permuted(from, first, Math.ceil((offset + length) / size));
      const start = offset - first * size;
      return start === 0 && bytes.length === length ? bytes : bytes.slice(start, start + length);
    },
  });
}

type Permutation = {
  /** Of what is permuted. */
  readonly shape: readonly number[];
  readonly order: readonly number[];
  /** Bytes of an element. */
  readonly size: 2 | 4;
  readonly read: TensorSource['read'];
};

/** Elements `first` to `end` of the result. Each box of them is a box of what is read, with its axes in another order. */
function permuted({ shape, order, size, read }: Permutation, first: number, end: number): Uint8Array<ArrayBuffer> {
  const lengths = order.map((axis) => shape[axis] ?? 0);
  const [from, to] = [stepsOf(shape), stepsOf(lengths)];
  const target = size === 2 ? new Uint16Array(end - first) : new Uint32Array(end - first);
  for (const box of boxesOf(lengths, first, end)) {
    const axes = shape.map((_, axis): Strides => {
      const at = order.indexOf(axis);
      const { start, count } = box[at] ?? { start: 0, count: 1 };
      return { start, count, from: from[axis] ?? 1, to: to[at] ?? 1 };
    });
    readRuns({ axes, size, read }, target, first);
  }
  return new Uint8Array(target.buffer);
}

/** How many elements lie between neighbours along each axis. */
function stepsOf(shape: readonly number[]): readonly number[] {
  return shape.map((_, axis) => shape.slice(axis + 1).reduce((product, length) => product * length, 1));
}
