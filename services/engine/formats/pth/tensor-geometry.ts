import { InputError } from '#contract/failure.ts';
import { type Dtype, dtypes } from '../dtype.ts';
import { limits } from '../limits.ts';
import type { CheckpointTensor, QuantizedTensor } from './checkpoint.ts';
import { lookUp } from './containers.ts';
import type { RawArray } from './numpy-arrays.ts';
import type { PickleValue } from './pickle/value.ts';
import type { Storage } from './storages.ts';
import type { RawTensor, RawWrapper } from './tensor-nodes.ts';

/** Turns what the pickle says into a tensor whose every element lies inside its storage; CORRUPT_FILE or LIMIT_EXCEEDED if it does not. */
export function checkTensor(name: string, raw: RawTensor, storage: Storage): CheckpointTensor {
  const dtype = raw.dtype === null ? storage.dtype : readDtype(name, raw.dtype);
  if (dtype === null) throw broken(name, 'does not say its element type');
  if (raw.dtype !== null && storage.dtype !== null && storage.dtype !== dtype)
    throw broken(name, `reads a storage of ${storage.dtype} as ${dtype}`);
  const shape = readIntegers(name, 'shape', raw.size);
  const strides = readIntegers(name, 'strides', raw.stride);
  if (shape.length !== strides.length)
    throw broken(name, `has ${shape.length} dimensions but ${strides.length} strides`);
  const storageOffset = readInteger(name, 'offset', raw.offset) + storage.start;
  checkExtent(name, { dtype, shape, strides, storageOffset }, storage);
  return { name, dtype, shape, strides, storageOffset, storageKey: storage.key };
}

/** An array whose bytes are all there; gives them too. */
export function checkArray(
  name: string,
  raw: RawArray,
): { tensor: Omit<CheckpointTensor, 'storageKey'>; bytes: Uint8Array } {
  const { dtype, order } = raw;
  const shape = readIntegers(name, 'shape', raw.size);
  const length = shape.reduce((product, dimension) => product * BigInt(dimension), BigInt(dtypes[dtype].bytes));
  const bytes = length > BigInt(limits.pickleBytes) ? null : raw.bytes(Number(length));
  if (!bytes) throw broken(name, `of shape [${shape}] needs ${length} bytes and has others`);
  const strides = new Array<number>(shape.length);
  let next = 1;
  for (let index = 0; index < shape.length; index++) {
    const axis = order === 'C' ? shape.length - 1 - index : index;
    strides[axis] = next;
    next *= Math.max(shape[axis] ?? 1, 1);
  }
  return { tensor: { name, dtype, shape, strides, storageOffset: 0 }, bytes };
}

/** A tensor without elements of its own: only its shape and dtype are to be right. */
export function checkWrapper(name: string, raw: RawWrapper): QuantizedTensor {
  return {
    class: raw.class,
    dtype: readDtype(name, raw.dtype),
    shape: readIntegers(name, 'shape', raw.size),
    ...((lookUp(raw.state, 'act_quant_kwargs') ?? null) === null ? {} : { quantizesInputs: true }),
  };
}

type Geometry = Pick<CheckpointTensor, 'dtype' | 'shape' | 'strides' | 'storageOffset'>;

/** In BigInt: products of the file's numbers may exceed 2^53. */
function checkExtent(name: string, { dtype, shape, strides, storageOffset }: Geometry, storage: Storage): void {
  const size = dtypes[dtype].bytes;
  const held = Math.floor(storage.bytes / size);
  const count = shape.reduce((product, dimension) => product * BigInt(dimension), 1n);
  if (count === 0n) return;
  const last = shape.reduce(
    (sum, dimension, axis) => sum + BigInt(dimension - 1) * BigInt(strides[axis] ?? 0),
    BigInt(storageOffset),
  );
  if (last >= BigInt(held)) throw broken(name, `reaches element ${last} of a storage that has ${held}`);
  const bytes = count * BigInt(size);
  // What its storage holds, a file of that size holds too; what is shown more than once could be any number.
  if (count > BigInt(held) && bytes > BigInt(limits.expandedTensorBytes))
    throw new InputError(
      'LIMIT_EXCEEDED',
      `The tensor “${name}” of shape [${shape}] has ${bytes} bytes; at most ${limits.expandedTensorBytes} are read of one that shows its storage more than once.`,
    );
}

function readDtype(name: string, value: PickleValue): Dtype {
  const known =
    typeof value === 'object' &&
    value?.kind === 'global' &&
    value.module === 'torch' &&
    Object.hasOwn(dtypes, value.name);
  if (!known) {
    const said = typeof value === 'object' && value?.kind === 'global' ? `${value.module}.${value.name}` : 'no dtype';
    throw new InputError('UNSUPPORTED', `The tensor “${name}” has elements of ${said}, which are not read.`);
  }
  return value.name as Dtype;
}

export function readIntegers(name: string, what: string, value: PickleValue): readonly number[] {
  const items = unwrapSize(value);
  if (!items) throw broken(name, `has a ${what} that is no tuple`);
  if (items.length > limits.tensorRank)
    throw broken(name, `has ${items.length} dimensions; at most ${limits.tensorRank} are possible`);
  if (items.every(isSize)) return items;
  return items.map((item) => readInteger(name, what, item));
}

/** A tuple, or `torch.Size((…))`. */
function unwrapSize(value: PickleValue): readonly PickleValue[] | null {
  if (typeof value !== 'object' || value === null) return null;
  if (value.kind === 'tuple') return value.items;
  const size =
    value.kind === 'call' &&
    typeof value.callee === 'object' &&
    value.callee?.kind === 'global' &&
    value.callee.name === 'Size';
  return size ? unwrapSize(value.args[0] ?? null) : null;
}

function isSize(value: PickleValue): value is number {
  return typeof value === 'number' && value >= 0;
}

function readInteger(name: string, what: string, value: PickleValue): number {
  if (isSize(value)) return value;
  throw broken(
    name,
    `has ${typeof value === 'number' || typeof value === 'bigint' ? value : 'no integer'} in its ${what}`,
  );
}

function broken(name: string, what: string): InputError {
  return new InputError('CORRUPT_FILE', `The tensor “${name}” ${what}.`);
}
