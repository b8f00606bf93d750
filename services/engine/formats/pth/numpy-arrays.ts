import { InputError } from '#contract/failure.ts';
import type { Dtype } from '../dtype.ts';
import type { PickleValue, PyCall } from './pickle/value.ts';

/** A NumPy array in a pickle: its elements stand there as bytes. */
export type RawArray = {
  readonly kind: 'array';
  readonly dtype: Dtype;
  readonly size: PickleValue;
  readonly order: 'C' | 'F';
  readonly bigEndian: boolean;
  /** All elements; `length` is how many bytes they have to be. */
  bytes(length: number): Uint8Array | null;
};

/** numpy's `ndarray.__reduce__` (protocols 0 to 4) and `_frombuffer` (5); null for anything else, also arrays of objects or records. */
export function readArrayNode(call: PyCall, name: string): RawArray | null {
  const path = pathOf(call.callee).replace('numpy._core.', 'numpy.core.');
  if (path === 'numpy.core.multiarray._reconstruct') {
    // (version, shape, dtype, is_fortran, data); the first is missing in the oldest.
    const [size = null, dtype = null, fortran = null, data = null] = itemsOf(call.state ?? null).slice(-4);
    return toArray({ size, dtype, data, order: fortran === true ? 'F' : 'C' });
  }
  if (path !== 'numpy.core.numeric._frombuffer') return null;
  const [data = null, dtype = null, size = null, order = null] = call.args;
  if (order !== 'C' && order !== 'F')
    throw new InputError('CORRUPT_FILE', `The array “${name}” is in no order of its elements.`);
  return toArray({ size, dtype, data, order });
}

type Parts = { readonly size: PickleValue; readonly dtype: PickleValue; readonly data: PickleValue } & Pick<
  RawArray,
  'order'
>;

function toArray({ size, dtype, data, order }: Parts): RawArray | null {
  const type = readDtype(dtype);
  return type && { kind: 'array', ...type, size, order, bytes: (length) => bytesOf(data, length) };
}

const types: Readonly<Record<string, Dtype>> = {
  f8: 'float64',
  f4: 'float32',
  f2: 'float16',
  i8: 'int64',
  i4: 'int32',
  i2: 'int16',
  i1: 'int8',
  u8: 'uint64',
  u4: 'uint32',
  u2: 'uint16',
  u1: 'uint8',
  b1: 'bool',
  c8: 'complex64',
  c16: 'complex128',
};

/** `numpy.dtype('f4', …)` with the state `(3, '<', …)`. */
function readDtype(value: PickleValue): Pick<RawArray, 'dtype' | 'bigEndian'> | null {
  if (typeof value !== 'object' || value?.kind !== 'call' || pathOf(value.callee) !== 'numpy.dtype') return null;
  const [name] = value.args;
  const [, byteOrder] = itemsOf(value.state ?? null);
  const dtype = typeof name === 'string' && Object.hasOwn(types, name) ? types[name] : undefined;
  return dtype ? { dtype, bigEndian: byteOrder === '>' } : null;
}

const byteMakers = new Set(['_codecs.encode', 'builtins.bytearray', 'builtins.bytes']);

/** `_codecs.encode(text, 'latin1')`, `bytes()`, `bytearray(text, 'latin-1')`, or the `str` of Python 2. */
function bytesOf(data: PickleValue, length: number): Uint8Array | null {
  if (typeof data === 'object' && data?.kind === 'call' && byteMakers.has(pathOf(data.callee))) {
    const [text = ''] = data.args;
    return bytesOf(text, length);
  }
  if (typeof data !== 'string') return null;
  // A str of Python 2 that happened to be UTF-8 was read as such; the length tells.
  const encodings = ['latin1', 'utf8'] as const;
  const bytes = encodings.map((encoding) => Buffer.from(data, encoding)).find((buffer) => buffer.length === length);
  return bytes ?? null;
}

function pathOf(callee: PickleValue): string {
  return typeof callee === 'object' && callee?.kind === 'global' ? `${callee.module}.${callee.name}` : '';
}

function itemsOf(value: PickleValue): readonly PickleValue[] {
  return typeof value === 'object' && value?.kind === 'tuple' ? value.items : [];
}
