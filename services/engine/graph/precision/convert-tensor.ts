import { InputError } from '#contract/failure.ts';
import { dtypes } from '#engine/formats/dtype.ts';
import type { OnnxTensor } from '#engine/formats/onnx/model.ts';
import { makeLazyTensor, makeTensor, tensorBytes } from '#engine/formats/onnx/tensor.ts';
import { bfloat16ToNumber, numberToBfloat16 } from '#engine/numerics/bfloat16.ts';
import { float16ToNumber, intoFloat16Range, numberToFloat16 } from '#engine/numerics/float16.ts';

export type FloatDtype = 'float64' | 'float32' | 'float16' | 'bfloat16';

export function isFloat(dtype: string | null): dtype is FloatDtype {
  return dtype !== null && Object.hasOwn(widenFloats, dtype);
}

/**
 * What becomes of values that float16 cannot hold: `nearest` clamps them and lets none vanish; `modelopt` does so too
 * but makes a vanishing negative positive; `cast` gives infinities and zeros, as a Cast node does.
 */
export type OutOfRange = 'nearest' | 'modelopt' | 'cast';

/** The tensor in another floating-point type, rounded to nearest even; computed when it is read if it is in a file. */
export function convertTensor(tensor: OnnxTensor, dtype: FloatDtype, outOfRange: OutOfRange): OnnxTensor {
  if (tensor.dtype === dtype) return tensor;
  const convert = dtype === 'float16' ? toFloat16[outOfRange] : encodeFloats[dtype];
  return mapFloats(tensor, dtype, convert);
}

/**
 * The tensor with every value made anew, of the same shape. `convert` gets some of the values in order, the first of
 * which is element `first`, and gives their bytes. Errors: UNSUPPORTED if the tensor is not floating point.
 */
export function mapFloats(
  tensor: OnnxTensor,
  dtype: FloatDtype | 'int8' | 'float8_e4m3fn',
  convert: (values: Float32Array, first: number) => Uint8Array<ArrayBuffer>,
): OnnxTensor {
  const { name, shape, source } = tensor;
  const from = floatDtype(tensor);
  const head = { name, dtype, shape };
  if (!source) return makeTensor(head, convert(widenFloats[from](Uint8Array.from(tensorBytes(tensor))), 0));
  const [size, newSize] = [dtypes[from].bytes, dtypes[dtype].bytes];
  return makeLazyTensor(head, {
    length: (source.length / size) * newSize,
    file: null,
    read(offset, length) {
      const first = Math.floor(offset / newSize);
      const end = Math.ceil((offset + length) / newSize);
      const bytes = convert(widenFloats[from](source.read(first * size, (end - first) * size)), first);
      return bytes.slice(offset - first * newSize, offset - first * newSize + length);
    },
  });
}

/** All values, as float32. Errors: UNSUPPORTED if the tensor is not floating point. */
export function floatsOf(tensor: OnnxTensor): Float32Array {
  const { source } = tensor;
  return widenFloats[floatDtype(tensor)](source?.read(0, source.length) ?? Uint8Array.from(tensorBytes(tensor)));
}

function floatDtype({ name, dtype }: OnnxTensor): FloatDtype {
  if (isFloat(dtype)) return dtype;
  throw new InputError('UNSUPPORTED', `Tensor ${name} holds ${dtype}; floating-point values were expected.`);
}

type Bytes = Uint8Array<ArrayBuffer>;

/** As float32, of bytes in a buffer of their own. */
export const widenFloats = {
  float64: ({ buffer }) => Float32Array.from(new Float64Array(buffer)),
  float32: ({ buffer }) => new Float32Array(buffer),
  float16: ({ buffer }) => decoded(new Uint16Array(buffer), float16ToNumber),
  bfloat16: ({ buffer }) => decoded(new Uint16Array(buffer), bfloat16ToNumber),
} as const satisfies Record<FloatDtype, (bytes: Bytes) => Float32Array>;

/** Rounded to nearest even, as a Cast does it. */
export const encodeFloats = {
  float64: (values) => new Uint8Array(Float64Array.from(values).buffer),
  float32: (values) => new Uint8Array(Float32Array.from(values).buffer),
  float16: (values) => encoded(values, numberToFloat16),
  bfloat16: (values) => encoded(values, numberToBfloat16),
} as const satisfies Record<FloatDtype, (values: Float32Array) => Bytes>;

const toFloat16 = {
  nearest: (values) => encoded(values, (x) => numberToFloat16(intoFloat16Range(x))),
  modelopt: (values) =>
    encoded(values, (x) => numberToFloat16(x < 0 && x > -(2 ** -24) ? 2 ** -24 : intoFloat16Range(x))),
  cast: encodeFloats.float16,
} as const satisfies Record<OutOfRange, (values: Float32Array) => Bytes>;

function encoded(values: Float32Array, encode: (x: number) => number): Bytes {
  const bits = new Uint16Array(values.length);
  for (let i = 0; i < values.length; i++) bits[i] = encode(values[i] ?? 0);
  return new Uint8Array(bits.buffer);
}

function decoded(bits: Uint16Array, decode: (bits: number) => number): Float32Array {
  const values = new Float32Array(bits.length);
  for (let i = 0; i < bits.length; i++) values[i] = decode(bits[i] ?? 0);
  return values;
}
