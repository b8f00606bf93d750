import { expect, test } from 'vitest';
import { decodeTensor } from './decode.ts';
import { int64 } from './encode.ts';
import { onnx } from './generated/messages.js';
import { makeTensor, tensorBytes, tensorFloats, tensorInts } from './tensor.ts';

/** As a reader gets it. */
const read = (proto: onnx.TensorProto.$Properties) =>
  decodeTensor(onnx.TensorProto.decode(onnx.TensorProto.encode(proto).finish()));

test.each([
  { type: 'float32', proto: { dataType: 1, dims: [2], floatData: [1.5, -2] }, bytes: '0000c03f000000c0' },
  { type: 'float64', proto: { dataType: 11, dims: [1], doubleData: [1] }, bytes: '000000000000f03f' },
  {
    type: 'int64',
    proto: { dataType: 7, dims: [2], int64Data: [-2, 2 ** 40] },
    bytes: 'feffffffffffffff0000000000010000',
  },
  { type: 'int32', proto: { dataType: 6, dims: [2], int32Data: [1, -1] }, bytes: '01000000ffffffff' },
  { type: 'int8', proto: { dataType: 3, dims: [3], int32Data: [1, -1, -128] }, bytes: '01ff80' },
  { type: 'float16', proto: { dataType: 10, dims: [2], int32Data: [0x3c00, 0xc000] }, bytes: '003c00c0' },
  { type: 'bool', proto: { dataType: 9, dims: [2], int32Data: [1, 0] }, bytes: '0100' },
  { type: 'uint32', proto: { dataType: 12, dims: [1], uint64Data: [4294967295] }, bytes: 'ffffffff' },
])('$type listed value by value gives its bytes', ({ proto, bytes }) => {
  const long = (values: number[] | undefined) => values?.map(int64);
  const { dims, int64Data, uint64Data, ...rest } = proto as {
    dims: number[];
    int64Data?: number[];
    uint64Data?: number[];
    dataType: number;
  };
  const tensor = read({
    ...rest,
    dims: dims.map(int64),
    int64Data: long(int64Data) ?? [],
    uint64Data: long(uint64Data) ?? [],
  });
  expect(Buffer.from(tensorBytes(tensor)).toString('hex')).toBe(bytes);
});

test('raw values are read in place, at any offset', () => {
  const values = Float32Array.of(1, -0.5, 3e38);
  const tensor = read(makeTensor({ name: 'odd', dtype: 'float32', shape: [3] }, new Uint8Array(values.buffer)).proto);
  expect([...tensorFloats(tensor)]).toEqual([...values]);
});

test('float16 and float64 are read as float32, with subnormals and infinities', () => {
  const half = makeTensor(
    { name: 'h', dtype: 'float16', shape: [4] },
    new Uint8Array(Uint16Array.of(0x0001, 0x7c00, 0xbc00, 0x8000).buffer),
  );
  expect([...tensorFloats(half)]).toEqual([2 ** -24, Number.POSITIVE_INFINITY, -1, -0]);
  const double = makeTensor({ name: 'd', dtype: 'float64', shape: [1] }, new Uint8Array(Float64Array.of(0.1).buffer));
  expect(tensorFloats(double)[0]).toBe(Math.fround(0.1));
});

test('integers are read as numbers, and other types are refused by name', () => {
  const axes = makeTensor(
    { name: 'axes', dtype: 'int64', shape: [2] },
    new Uint8Array(BigInt64Array.of(-1n, 2n).buffer),
  );
  expect(tensorInts(axes)).toEqual([-1, 2]);
  expect(() => tensorFloats(axes)).toThrow('Tensor axes holds int64; floating-point values were expected.');
});
