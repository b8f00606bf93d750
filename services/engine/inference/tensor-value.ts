import { Tensor } from 'onnxruntime-node';
import { type Dtype, dtypes } from '#engine/formats/dtype.ts';

/** A tensor that goes into or comes out of a session: row-major, little-endian. */
export type TensorValue = { readonly dtype: Dtype; readonly shape: readonly number[]; readonly bytes: Uint8Array };

const arrays = {
  float32: Float32Array,
  float64: Float64Array,
  float16: Uint16Array,
  int64: BigInt64Array,
  int32: Int32Array,
  int16: Int16Array,
  int8: Int8Array,
  uint64: BigUint64Array,
  uint32: Uint32Array,
  uint16: Uint16Array,
  uint8: Uint8Array,
  bool: Uint8Array,
} as const;

type FeedDtype = keyof typeof arrays;

function isFeedDtype(dtype: Dtype | null): dtype is FeedDtype {
  return dtype !== null && dtype in arrays;
}

export function toFeed(value: TensorValue): Tensor {
  if (!isFeedDtype(value.dtype)) throw new Error(`ONNX Runtime takes no ${value.dtype}`);
  return new Tensor(value.dtype, elements(value.dtype, value.bytes) as Float32Array, [...value.shape]);
}

export function readTensor(tensor: Tensor): TensorValue {
  const { data } = tensor;
  const dtype = tensor.type;
  if (!(dtype in dtypes) || !ArrayBuffer.isView(data))
    throw new Error(`No ${dtype} tensor was expected of ONNX Runtime`);
  return {
    dtype: dtype as Dtype,
    shape: tensor.dims,
    bytes: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
  };
}

/** A view of the bytes; of a copy where they begin at no multiple of the element's size. */
function elements(dtype: FeedDtype, bytes: Uint8Array) {
  const Elements = arrays[dtype];
  const size = Elements.BYTES_PER_ELEMENT;
  const { buffer, byteOffset, byteLength } = bytes.byteOffset % size === 0 ? bytes : Uint8Array.from(bytes);
  return new Elements(buffer as ArrayBuffer, byteOffset, byteLength / size);
}

/** The values of a float32 tensor: a view, where that is possible. */
export function floats(value: TensorValue): Float32Array {
  return elements('float32', value.bytes) as Float32Array;
}

/** The values of a floating-point tensor as they are stored: f32, or the bits of binary16. */
export function storedFloats({ dtype, bytes }: TensorValue): Float32Array<ArrayBuffer> | Uint16Array<ArrayBuffer> {
  if (dtype !== 'float32' && dtype !== 'float16') throw new Error(`${dtype} holds no floats that can be calibrated`);
  return elements(dtype, bytes) as Float32Array<ArrayBuffer> | Uint16Array<ArrayBuffer>;
}

/** The values of an integer tensor that are small enough to be numbers, such as a shape or class labels. */
export function integers(value: TensorValue): number[] {
  if (!isFeedDtype(value.dtype)) throw new Error(`${value.dtype} holds no integers`);
  return Array.from(elements(value.dtype, value.bytes) as Int32Array, Number);
}
