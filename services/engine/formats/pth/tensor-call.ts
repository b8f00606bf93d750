import { type Dtype, dtypes } from '../dtype.ts';
import { call, global, orderedDict, tuple } from './pickle/build.ts';
import type { PickleValue, PyCall, PyTensor } from './pickle/value.ts';
import { storageDtypes } from './storage-classes.ts';

const storageClasses: ReadonlyMap<Dtype, string> = new Map(
  [...storageDtypes].flatMap(([name, dtype]) => (dtype === null ? [] : [[dtype, name] as const])),
);

/** The call that makes a contiguous tensor: `_rebuild_tensor_v2`, or v3 for an element type without a storage class. */
export function tensorCall({ shape, storage }: PyTensor, key: string): PyCall {
  const storageClass = storageClasses.get(storage.dtype);
  const type = storageClass ? global('torch', storageClass) : global('torch.storage', 'UntypedStorage');
  const length = storageClass ? storage.length : storage.length * dtypes[storage.dtype].bytes;
  const id = tuple('storage', type, key, 'cpu', length);
  const args: PickleValue[] = [
    { kind: 'persistent', id },
    0,
    tuple(...shape),
    tuple(...contiguous(shape)),
    false,
    orderedDict(),
  ];
  if (storageClass) return call(global('torch._utils', '_rebuild_tensor_v2'), ...args);
  return call(global('torch._utils', '_rebuild_tensor_v3'), ...args, global('torch', storage.dtype));
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
