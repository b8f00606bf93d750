import { expect, test } from 'vitest';
import { elementCount } from '#engine/formats/element-count.ts';
import { makeTensor } from '#engine/formats/onnx/tensor.ts';
import { tensorAbsmax } from './tensor-absmax.ts';

const shape = [3, 4, 5];
const values = Float32Array.from({ length: elementCount(shape) }, (_, index) => Math.sin(index * 1.7) * index);
const spoilt = values.with(17, Number.NaN);
const tensorOf = (floats: Float32Array) =>
  makeTensor({ name: 'w', dtype: 'float32', shape }, new Uint8Array(Float32Array.from(floats).buffer));

/** By the definition. */
function expected(floats: Float32Array, axis: number | null): readonly number[] {
  const inner = elementCount(shape.slice((axis ?? shape.length) + 1));
  const channelOf = (index: number) => (axis === null ? 0 : Math.floor(index / inner) % (shape[axis] ?? 1));
  return Array.from({ length: axis === null ? 1 : (shape[axis] ?? 0) }, (_, channel) =>
    Math.max(...floats.filter((_, index) => channelOf(index) === channel).map(Math.abs)),
  );
}

test.each(
  [null, 0, 1, 2].flatMap((axis) => [
    { axis, what: 'numbers', floats: values },
    { axis, what: 'a NaN', floats: spoilt },
  ]),
)('along axis $axis of a tensor with $what, whole and in slabs of any size', ({ axis, floats }) => {
  const tensor = tensorOf(floats);
  expect([...(tensorAbsmax(tensor, axis) ?? [])]).toEqual(expected(floats, axis));
  for (const slab of [4, 12, 28, 240])
    expect([...(tensorAbsmax(tensor, axis, { whole: 0, slab }) ?? [])]).toEqual(expected(floats, axis));
});

test.each([
  { dtype: 'int8', byte: 0x80, absmax: [128] },
  { dtype: 'float8_e4m3fn', byte: 0xfe, absmax: [448] },
  { dtype: 'int64', byte: 0, absmax: null },
] as const)('of $dtype: $absmax', ({ dtype, byte, absmax }) => {
  const bytes = new Uint8Array(dtype === 'int64' ? 8 : 1).fill(byte);
  const found = tensorAbsmax(makeTensor({ name: 'w', dtype, shape: [1] }, bytes), null);
  expect(found && [...found]).toEqual(absmax);
});
