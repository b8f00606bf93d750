import type { Dtype } from '../../dtype.ts';

/**
 * A Python object as data, read from a pickle or to be written as one. Nothing is ever called: a class is its
 * name, a call is its callee and arguments. Numbers are Python ints if integral and safe, `PyFloat` is a float.
 * Objects may be shared and, when read from a file, may contain themselves.
 */
export type PickleValue = null | boolean | number | bigint | string | PickleNode;

export type PickleNode =
  | PyFloat
  | PyList
  | PyTuple
  | PyDict
  | PyGlobal
  | PyCall
  | PyPersistent
  | PyTensor
  | PyStorage
  | PyDeferred;

export type PyFloat = { readonly kind: 'float'; readonly value: number };
export type PyList = { readonly kind: 'list'; readonly items: readonly PickleValue[] };
export type PyTuple = { readonly kind: 'tuple'; readonly items: readonly PickleValue[] };
export type PyDict = { readonly kind: 'dict'; readonly entries: readonly (readonly [PickleValue, PickleValue])[] };
export type PyGlobal = { readonly kind: 'global'; readonly module: string; readonly name: string };
/**
 * `callee(*args)` (REDUCE or NEWOBJ), then, if `state` is there, BUILD; `entries` are SETITEMS on the result
 * (OrderedDict), `items` are APPENDS (a subclass of list). Bytes and sets are calls too, as protocol 2 writes them.
 */
export type PyCall = {
  readonly kind: 'call';
  readonly callee: PickleValue;
  readonly args: readonly PickleValue[];
  /** `callee.__new__(callee, *args)`, which does not run `__init__`: NEWOBJ, or NEWOBJ_EX where the last argument is a dict of keywords. */
  readonly made?: 'new' | 'new-keywords';
  readonly entries?: readonly (readonly [PickleValue, PickleValue])[];
  readonly items?: readonly PickleValue[];
  readonly state?: PickleValue;
};
/** What stands outside the pickle: in a .pth, a storage. Only read, never written. */
export type PyPersistent = { readonly kind: 'persistent'; readonly id: PickleValue };
/** A plain tensor on the CPU, contiguous; written as `_rebuild_tensor_v2` (v3 where the dtype needs it) with a storage of its own, unless `storage` objects are the same. */
export type PyTensor = { readonly kind: 'tensor'; readonly shape: readonly number[]; readonly storage: TensorStorage };

/**
 * An object that is made when it is written, and that nothing else refers to, nor to a part of it: of many tensors no
 * more than one is there at a time. Only written, never read; made once for each time it is written.
 */
type PyDeferred = { readonly kind: 'deferred'; make(): PickleNode };

/** A storage by itself, to which tensors refer that are written as they were read. Its class is torch's (`FloatStorage`). */
export type PyStorage = { readonly kind: 'storage'; readonly class: PyGlobal; readonly storage: TensorStorage };

export type TensorStorage = {
  readonly dtype: Dtype;
  /** Number of elements. */
  readonly length: number;
  /** Row-major, little-endian; `writeCheckpoint` calls it once, when it reaches this storage. */
  bytes?(): Promise<Uint8Array>;
};
