import { expect, test } from 'vitest';
import { elementCount } from '#engine/formats/element-count.ts';
import { makeLazyTensor, makeTensor, tensorBytes, tensorFloats } from '#engine/formats/onnx/tensor.ts';
import { permuteTensor } from './permute-tensor.ts';

/** 0, 1, 2 … in memory, and as they would be in a file that counts its reads. */
function counted(shape: readonly number[]) {
  const values = Float32Array.from({ length: elementCount(shape) }, (_, index) => index);
  const head = { name: 'w', dtype: 'float32', shape } as const;
  const bytes = new Uint8Array(values.buffer);
  const reads: number[] = [];
  const read = (offset: number, length: number) => {
    reads.push(length);
    return bytes.slice(offset, offset + length);
  };
  const lazy = makeLazyTensor(head, { length: bytes.length, file: null, read });
  return { values, memory: makeTensor(head, bytes), lazy, reads };
}

/** By the definition, element by element. */
function expected(values: Float32Array, shape: readonly number[], order: readonly number[]): number[] {
  const lengths = order.map((axis) => shape[axis] ?? 0);
  return Array.from(values, (_, position) => {
    const index = shape.map(() => 0);
    lengths.reduceRight((rest, length, axis) => {
      index[order[axis] ?? 0] = rest % length;
      return Math.floor(rest / length);
    }, position);
    return values[index.reduce((at, i, axis) => at * (shape[axis] ?? 0) + i, 0)] ?? Number.NaN;
  });
}

test.each([
  { shape: [3, 5], order: [1, 0] },
  { shape: [2, 3, 4], order: [2, 0, 1] },
  { shape: [4, 3, 2], order: [0, 2, 1] },
  { shape: [2, 3, 4, 5], order: [3, 2, 1, 0] },
  { shape: [2, 3, 4, 5], order: [1, 0, 2, 3] },
  { shape: [1, 6, 1, 2], order: [2, 3, 1, 0] },
])('$shape in the order $order, in memory, from a file, and wherever a read is cut', ({ shape, order }) => {
  const { values, memory, lazy } = counted(shape);
  const wanted = expected(values, shape, order);
  expect([...tensorFloats(permuteTensor(memory, order))]).toEqual(wanted);
  const permuted = permuteTensor(lazy, order);
  expect(permuted.shape).toEqual(order.map((axis) => shape[axis]));
  expect([...tensorFloats(permuted)]).toEqual(wanted);
  const whole = Buffer.from(tensorBytes(permuted));
  for (let start = 0; start < whole.length; start += 7)
    for (const length of [1, 4, 9, 50].filter((count) => start + count <= whole.length))
      expect(Buffer.from(permuted.source?.read(start, length) ?? [])).toEqual(whole.subarray(start, start + length));
});

test('a part of a large tensor is read in pieces, the gaps between them left out where they are long', () => {
  const { lazy, reads } = counted([40, 100_000]);
  const { source } = permuteTensor(lazy, [1, 0]);
  const part = new Float32Array(source?.read(0, 40 * 10 * 4).buffer ?? expect.fail());
  expect([...part.subarray(0, 3)]).toEqual([0, 100_000, 200_000]);
  expect(reads).toEqual(Array.from({ length: 40 }, () => 10 * 4));
});

test('an order that changes nothing leaves a tensor where it is', () => {
  const { lazy } = counted([2, 3]);
  expect(permuteTensor(lazy, [0, 1])).toBe(lazy);
});
