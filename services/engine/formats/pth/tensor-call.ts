import type { Dtype } from '../dtype.ts';
import { storageBytes } from '../storage-bytes.ts';
import { call, global, orderedDict, tuple } from './pickle/build.ts';
import type { PickleValue, PyCall, PyGlobal, PyTensor } from './pickle/value.ts';
import { storageDtypes } from './storage-classes.ts';

const storageClasses: ReadonlyMap<Dtype, PyGlobal> = new Map(
  [...storageDtypes].flatMap(([name, dtype]) => (dtype === null ? [] : [[dtype, global('torch', name)] as const])),
);
const untypedStorage = global('torch.storage', 'UntypedStorage');
const rebuild = { v2: global('torch._utils', '_rebuild_tensor_v2'), v3: global('torch._utils', '_rebuild_tensor_v3') };
/** There are no backward hooks. */
const hooks = orderedDict();

/** The call that makes a contiguous tensor: `_rebuild_tensor_v2`, or v3 for an element type without a storage class. */
export function tensorCall({ shape, storage }: PyTensor, key: string): PyCall {
  const storageClass = storageClasses.get(storage.dtype);
  const length = storageClass ? storage.length : storageBytes(storage);
  const id = tuple('storage', storageClass ?? untypedStorage, key, 'cpu', length);
  const args: PickleValue[] = [
    { kind: 'persistent', id },
    0,
    { kind: 'tuple', items: shape },
    { kind: 'tuple', items: contiguous(shape) },
    false,
    hooks,
  ];
  if (storageClass) return { kind: 'call', callee: rebuild.v2, args };
  return call(rebuild.v3, ...args, global('torch', storage.dtype));
}

/** Strides as torch gives them: a dimension of 0 counts as 1. */
function contiguous(shape: readonly number[]): number[] {
  const strides = new Array<number>(shape.length);
  let next = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = next;
    next *= Math.max(shape[axis] ?? 1, 1);
  }
  return strides;
}
