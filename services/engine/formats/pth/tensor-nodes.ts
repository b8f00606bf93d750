import { InputError } from '#contract/failure.ts';
import { composedRules } from './composed-nodes.ts';
import { type RawArray, readArrayNode } from './numpy-arrays.ts';
import type { PickleValue, PyCall, PyPersistent } from './pickle/value.ts';

/** What a call that makes a tensor says, before anything of it has been checked. */
export type RawTensor = {
  readonly kind: 'plain';
  readonly storage: PyPersistent;
  readonly offset: PickleValue;
  readonly size: PickleValue;
  readonly stride: PickleValue;
  /** A dtype's global, where the storage is untyped. */
  readonly dtype: PickleValue | null;
  /** Bits that change what the storage's values mean. */
  readonly conj: boolean;
  readonly neg: boolean;
};

/** A tensor subclass holds its tensors in the state of its class: qdata, scale, zero_point of torchao's. */
export type RawWrapper = {
  readonly kind: 'wrapped';
  readonly class: string;
  readonly dtype: PickleValue;
  readonly size: PickleValue;
  readonly state: PickleValue;
};

/** A tensor that torch puts together from others: sparse, quantized by torch.ao, nested. */
export type RawComposed = {
  readonly kind: 'composed';
  readonly layout: string;
  /** Null: that of its part `values` or `buffer`. */
  readonly dtype: string | null;
  /** Null where its shape is not one. */
  readonly size: PickleValue | null;
  readonly parts: readonly (readonly [string, PickleValue])[];
};

export type TensorNode = RawTensor | RawWrapper | RawComposed | RawArray;

/** The tensor a pickled object is; null if it is something else; UNSUPPORTED if it is a tensor of a kind that is not read. */
export function readTensorNode(value: PickleValue, name: string): TensorNode | null {
  const found = asCall(value);
  if (!found) return null;
  const rule = rebuilders.get(found.path);
  if (rule) return rule(found.call, name);
  if (/^torch\.(_utils|_tensor)\._rebuild_/.test(found.path))
    throw unsupported(name, `of a kind that is not read (${found.path})`);
  return readArrayNode(found.call, name);
}

type Rule = (call: PyCall, name: string) => TensorNode | null;

const inner: Rule = (call, name) => readTensorNode(call.args[0] ?? null, name);

const rebuilders: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  ['torch._utils._rebuild_tensor', (call, name) => plain(call, name, {})],
  ['torch._utils._rebuild_tensor_v2', (call, name) => plain(call, name, { metadata: call.args[6] })],
  [
    'torch._utils._rebuild_tensor_v3',
    (call, name) => plain(call, name, { dtype: call.args[6], metadata: call.args[7] }),
  ],
  ['torch._utils._rebuild_parameter', inner],
  ['torch._utils._rebuild_parameter_with_state', inner],
  ['torch.nn.parameter.Parameter', inner],
  ['torch._utils._rebuild_device_tensor_from_numpy', inner],
  ['torch._utils._rebuild_device_tensor_from_cpu_tensor', inner],
  ['torch._utils._rebuild_xla_tensor', inner],
  ['torch._tensor._rebuild_from_type', fromType],
  ['torch._tensor._rebuild_from_type_v2', fromType],
  ...composedRules,
  ['torch._utils._rebuild_meta_tensor_no_storage', refuse('on the meta device and has no data')],
]);

function asCall(value: PickleValue): { call: PyCall; path: string } | null {
  if (typeof value !== 'object' || value?.kind !== 'call') return null;
  const callee = value.callee;
  return typeof callee === 'object' && callee?.kind === 'global'
    ? { call: value, path: `${callee.module}.${callee.name}` }
    : null;
}

type Extras = { readonly dtype?: PickleValue | undefined; readonly metadata?: PickleValue | undefined };

function plain(call: PyCall, name: string, { dtype = null, metadata }: Extras): RawTensor {
  const [storage, offset = null, size = null, stride = null] = call.args;
  if (typeof storage !== 'object' || storage?.kind !== 'persistent' || call.args.length < 4)
    throw broken(name, 'has no storage');
  const bits = { conj: hasBit(metadata, 'conj'), neg: hasBit(metadata, 'neg') };
  return { kind: 'plain', storage, offset, size, stride, dtype, ...bits };
}

/** `{'conj': True}` or `{'neg': True}`: the values are not what the storage holds. */
function hasBit(metadata: PickleValue | undefined, bit: string): boolean {
  const entries = typeof metadata === 'object' && metadata?.kind === 'dict' ? metadata.entries : [];
  return entries.some(([key, value]) => key === bit && value !== false);
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
    remedy: 'Save the model with plain, dense tensors that have data.',
  });
}

function broken(name: string, what: string): InputError {
  return new InputError('CORRUPT_FILE', `The tensor “${name}” ${what}.`);
}
