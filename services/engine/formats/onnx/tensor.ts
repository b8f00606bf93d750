import { InputError } from '#contract/failure.ts';
import { asFloat32 } from '../../numerics/as-float32.ts';
import { type Dtype, dtypes } from '../dtype.ts';
import { denseBytes } from '../storage-bytes.ts';
import { dataTypes, type OnnxDtype } from './data-type.ts';
import { int64 } from './encode.ts';
import type { OnnxTensor } from './model.ts';
import type { TensorSource } from './tensor-source.ts';

/**
 * The elements in row-major order, little-endian. A view where memory holds them raw, as nearly every small model's;
 * otherwise a copy. A large tensor is better read with `tensorSlabs`.
 * Errors: CORRUPT_FILE if there are more or fewer bytes than the shape asks for, or its file has changed meanwhile.
 */
export function tensorBytes(tensor: OnnxTensor): Uint8Array {
  const { dtype, proto, name, source } = tensor;
  if (source) return source.read(0, source.length);
  if (dtype === null)
    throw new InputError(
      'UNSUPPORTED',
      `Tensor ${name} has the element type ${proto.dataType}, which is not supported.`,
    );
  const raw = proto.rawData;
  const bytes = raw && raw.length > 0 ? raw : packed(tensor, dtype);
  const wanted = denseBytes({ dtype, shape: tensor.shape });
  if (bytes.length !== wanted) {
    throw new InputError(
      'CORRUPT_FILE',
      `Tensor ${name} of shape [${tensor.shape.join(', ')}] and type ${dtype} needs ${wanted} bytes; the file has ${bytes.length}.`,
    );
  }
  return bytes;
}

/** The bytes of `tensorBytes` in order, at most `most` at a time, so that a large tensor is never in memory as a whole. */
export function* tensorSlabs(tensor: OnnxTensor, most: number): Generator<Uint8Array> {
  const { source } = tensor;
  if (!source) {
    const bytes = tensorBytes(tensor);
    for (let at = 0; at < bytes.length; at += most) yield bytes.subarray(at, at + most);
    return;
  }
  for (let at = 0; at < source.length; at += most) yield source.read(at, Math.min(most, source.length - at));
}

/** How many bytes its shape and type ask for; UNSUPPORTED types have none. */
export function tensorLength({ shape, dtype }: OnnxTensor): number {
  return dtype === null ? 0 : denseBytes({ dtype, shape });
}

/** The elements as float32; float16 and float64 are converted. Errors: as `tensorBytes`; UNSUPPORTED for other types. */
export function tensorFloats(tensor: OnnxTensor): Float32Array {
  const { dtype, name } = tensor;
  if (dtype !== 'float32' && dtype !== 'float64' && dtype !== 'float16')
    throw new InputError('UNSUPPORTED', `Tensor ${name} holds ${dtype}; floating-point values were expected.`);
  return asFloat32(new Uint8Array(ownBuffer(tensor, dtypes[dtype].bytes)), dtype);
}

/** Integers of a small tensor such as a shape or axes. */
export function tensorInts(tensor: OnnxTensor): readonly number[] {
  if (tensor.dtype === 'int64') return Array.from(new BigInt64Array(ownBuffer(tensor, 8)), Number);
  if (tensor.dtype === 'int32') return Array.from(new Int32Array(ownBuffer(tensor, 4)));
  throw new InputError('UNSUPPORTED', `Tensor ${tensor.name} holds ${tensor.dtype}; integers were expected.`);
}

/** A tensor of `bytes`, which are row-major and little-endian. */
export function makeTensor(
  head: { name: string; dtype: OnnxDtype; shape: readonly number[] },
  bytes: Uint8Array,
): OnnxTensor {
  return {
    ...head,
    proto: { name: head.name, dataType: dataTypes[head.dtype], dims: head.shape.map(int64), rawData: bytes },
  };
}

/** A tensor whose bytes are read or computed when they are asked for. */
export function makeLazyTensor(
  head: { name: string; dtype: OnnxDtype; shape: readonly number[] },
  source: TensorSource,
): OnnxTensor {
  return { ...head, proto: { name: head.name, dataType: dataTypes[head.dtype], dims: head.shape.map(int64) }, source };
}

export function renameTensor(tensor: OnnxTensor, name: string): OnnxTensor {
  return { ...tensor, name, proto: { ...tensor.proto, name } };
}

/** The bytes in a buffer that is the caller's. Protobuf leaves raw bytes at any offset; a typed array needs a multiple of its element size. */
function ownBuffer(tensor: OnnxTensor, size: number): ArrayBuffer {
  const { source } = tensor;
  const bytes = source ? source.read(0, source.length) : Uint8Array.from(tensorBytes(tensor));
  if (bytes.length % size !== 0)
    throw new InputError('CORRUPT_FILE', `${bytes.length} bytes are no whole number of ${size}-byte elements.`);
  return bytes.buffer;
}

type Long = { readonly low: number; readonly high: number };

/** Bytes of the fields that hold values one by one instead of raw; which field depends on the type. */
function packed(tensor: OnnxTensor, dtype: Dtype): Uint8Array {
  const { floatData, doubleData, int32Data, int64Data, uint64Data } = tensor.proto;
  switch (dtype) {
    case 'float32':
      return bytesOf(Float32Array.from(floatData ?? []));
    case 'float64':
      return bytesOf(Float64Array.from(doubleData ?? []));
    case 'int64':
      return bytesOf(words(int64Data ?? []));
    case 'uint64':
      return bytesOf(words(uint64Data ?? []));
    case 'uint32':
      return bytesOf(words(uint64Data ?? []).filter((_, index) => index % 2 === 0));
    case 'complex64':
    case 'complex128':
      return new Uint8Array(0);
    default:
      return narrowed(int32Data ?? [], dtypes[dtype].bytes);
  }
}

function words(values: readonly unknown[]): Uint32Array {
  return Uint32Array.from(values.flatMap((value) => [(value as Long).low >>> 0, (value as Long).high >>> 0]));
}

/** The low bytes of 32-bit values: how int8, int16, bool and the 8- and 16-bit floats are kept. */
function narrowed(values: readonly number[], size: number): Uint8Array {
  const wide = bytesOf(Int32Array.from(values));
  return wide.filter((_, index) => index % 4 < size);
}

function bytesOf(array: { readonly buffer: ArrayBufferLike }): Uint8Array {
  return new Uint8Array(array.buffer);
}
