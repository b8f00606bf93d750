import { InputError } from '#contract/failure.ts';
import type { PickleValue, PyCall, PyPersistent } from './pickle/value.ts';

/** What a call that makes a tensor says, before anything of it has been checked. */
export type RawTensor = {
  readonly storage: PyPersistent;
  readonly offset: PickleValue;
  readonly size: PickleValue;
  readonly stride: PickleValue;
  /** A dtype's global, where the storage is untyped. */
  readonly dtype: PickleValue | null;
};

/** A tensor subclass holds its tensors in the state of its class: qdata, scale, zero_point of torchao's. */
export type TensorNode = { readonly kind: 'plain'; readonly tensor: RawTensor } | RawWrapper;

export type RawWrapper = {
  readonly kind: 'wrapped';
  readonly class: string;
  readonly dtype: PickleValue;
  readonly size: PickleValue;
  readonly state: PickleValue;
};

/** The tensor a pickled object is; null if it is something else; UNSUPPORTED if it is a tensor of a kind that is not read. */
export function readTensorNode(value: PickleValue, name: string): TensorNode | null {
  const found = asCall(value);
  if (!found) return null;
  const rule = rebuilders.get(found.path);
  if (rule) return rule(found.call, name);
  if (/^torch\.(_utils|_tensor)\._rebuild_/.test(found.path))
    throw unsupported(name, `of a kind that is not read (${found.path})`);
  return null;
}

type Rule = (call: PyCall, name: string) => TensorNode | null;

const rebuilders: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  ['torch._utils._rebuild_tensor', (call, name) => plain(call, name, null)],
  ['torch._utils._rebuild_tensor_v2', (call, name) => checkBits(call.args[6], name) ?? plain(call, name, null)],
  [
    'torch._utils._rebuild_tensor_v3',
    (call, name) => checkBits(call.args[7], name) ?? plain(call, name, call.args[6] ?? null),
  ],
  ['torch._utils._rebuild_parameter', (call, name) => readTensorNode(call.args[0] ?? null, name)],
  ['torch._utils._rebuild_parameter_with_state', (call, name) => readTensorNode(call.args[0] ?? null, name)],
  ['torch.nn.parameter.Parameter', (call, name) => readTensorNode(call.args[0] ?? null, name)],
  ['torch._tensor._rebuild_from_type_v2', fromType],
  ['torch._utils._rebuild_sparse_tensor', refuse('sparse')],
  ['torch._utils._rebuild_qtensor', refuse('quantized by torch.ao, not a plain one')],
  ['torch._utils._rebuild_meta_tensor_no_storage', refuse('on the meta device and has no data')],
  ['torch._utils._rebuild_nested_tensor', refuse('nested')],
]);

function asCall(value: PickleValue): { call: PyCall; path: string } | null {
  if (typeof value !== 'object' || value?.kind !== 'call') return null;
  const callee = value.callee;
  return typeof callee === 'object' && callee?.kind === 'global'
    ? { call: value, path: `${callee.module}.${callee.name}` }
    : null;
}

function plain(call: PyCall, name: string, dtype: PickleValue | null): TensorNode {
  const [storage, offset = null, size = null, stride = null] = call.args;
  if (typeof storage !== 'object' || storage?.kind !== 'persistent' || call.args.length < 4)
    throw broken(name, 'has no storage');
  return { kind: 'plain', tensor: { storage, offset, size, stride, dtype } };
}

/** `{'conj': True}` or `{'neg': True}`: the values are not what the storage holds. */
function checkBits(metadata: PickleValue | undefined, name: string): null {
  const entries = typeof metadata === 'object' && metadata?.kind === 'dict' ? metadata.entries : [];
  for (const [key, value] of entries) {
    if ((key === 'conj' || key === 'neg') && value !== false)
      throw unsupported(name, `a lazy ${key === 'conj' ? 'conjugate' : 'negation'} of its storage`);
  }
  return null;
}

/** `func(*args)` of class `type`, then the state. A wrapper subclass has no data but what its state holds. */
function fromType(call: PyCall, name: string): TensorNode | null {
  const [func, , args, state] = call.args;
  if (typeof func !== 'object' || func?.kind !== 'global' || typeof args !== 'object' || args?.kind !== 'tuple')
    throw broken(name, 'is built from no arguments');
  if (func.name === '_rebuild_wrapper_subclass') {
    const [type = null, dtype = null, size = null] = args.items;
    const named = typeof type === 'object' && type?.kind === 'global' ? `${type.module}.${type.name}` : 'unknown';
    return { kind: 'wrapped', class: named, dtype, size, state: state ?? null };
  }
  return readTensorNode({ kind: 'call', callee: func, args: args.items }, name);
}

function refuse(what: string): Rule {
  return (_, name) => {
    throw unsupported(name, what);
  };
}

function unsupported(name: string, what: string): InputError {
  return new InputError('UNSUPPORTED', `The tensor “${name}” is ${what}.`, {
    remedy: 'Save the model with plain, dense tensors: tensor.resolve_neg().contiguous() or to_dense().',
  });
}

function broken(name: string, what: string): InputError {
  return new InputError('CORRUPT_FILE', `The tensor “${name}” ${what}.`);
}
