import type {
  PickleValue,
  PyCall,
  PyDict,
  PyFloat,
  PyGlobal,
  PyList,
  PyTensor,
  PyTuple,
  TensorStorage,
} from './value.ts';

/** Short ways to say Python objects. A plain integral number is an int; a float is `float(…)`. */
export const float = (value: number): PyFloat => ({ kind: 'float', value });
export const list = (...items: readonly PickleValue[]): PyList => ({ kind: 'list', items });
export const tuple = (...items: readonly PickleValue[]): PyTuple => ({ kind: 'tuple', items });
export const dict = (entries: Iterable<readonly [PickleValue, PickleValue]> = []): PyDict => ({
  kind: 'dict',
  entries: [...entries],
});
export const global = (module: string, name: string): PyGlobal => ({ kind: 'global', module, name });
export const tensor = (shape: readonly number[], storage: TensorStorage): PyTensor => ({
  kind: 'tensor',
  shape,
  storage,
});
export const call = (callee: PickleValue, ...args: readonly PickleValue[]): PyCall => ({ kind: 'call', callee, args });

/** `collections.OrderedDict` with the entries; `state` becomes its `__dict__` (a state dict's `_metadata`). */
export function orderedDict(entries: Iterable<readonly [PickleValue, PickleValue]> = [], state?: PyDict): PyCall {
  return { ...call(global('collections', 'OrderedDict')), entries: [...entries], ...(state ? { state } : {}) };
}
