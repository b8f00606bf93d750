import { InputError } from '#contract/failure.ts';
import { call, global } from './pickle/build.ts';
import type { PickleValue, PyCall } from './pickle/value.ts';
import type { RawComposed } from './tensor-nodes.ts';

type ComposedRule = (call: PyCall, name: string) => RawComposed;

/** The calls of torch/_utils.py that put a tensor together from others. */
export const composedRules: readonly (readonly [string, ComposedRule])[] = [
  ['torch._utils._rebuild_sparse_tensor', sparse],
  ['torch._utils._rebuild_sparse_csr_tensor', sparse],
  ['torch._utils._rebuild_qtensor', quantized],
  ['torch._utils._rebuild_nested_tensor', nested],
];

/** The parts of a sparse tensor before its size, in the order of the arguments. */
const sparseParts: Readonly<Record<string, readonly string[]>> = {
  'torch.sparse_coo': ['indices', 'values'],
  'torch.sparse_csr': ['crow_indices', 'col_indices', 'values'],
  'torch.sparse_csc': ['ccol_indices', 'row_indices', 'values'],
  'torch.sparse_bsr': ['crow_indices', 'col_indices', 'values'],
  'torch.sparse_bsc': ['ccol_indices', 'row_indices', 'values'],
};

/** `(layout, (indices, values, size[, is_coalesced]))` or `(layout, (crow, col, values, size))`. */
function sparse({ args: [layout = null, data = null] }: PyCall, name: string): RawComposed {
  const named = typeof layout === 'object' && layout?.kind === 'call' ? layout.args[0] : null;
  const names = typeof named === 'string' && Object.hasOwn(sparseParts, named) ? sparseParts[named] : undefined;
  const items = itemsOf(data);
  if (typeof named !== 'string' || !names || items.length <= names.length)
    throw broken(name, 'is sparse in a way that is not known');
  const parts = names.map((part, index) => [part, items[index] ?? null] as const);
  return { kind: 'composed', layout: named, dtype: null, size: items[names.length] ?? null, parts };
}

const integerTypes: Readonly<Record<string, string>> = {
  QInt8Storage: 'qint8',
  QUInt8Storage: 'quint8',
  QInt32Storage: 'qint32',
};

/** `(storage, offset, size, stride, (qscheme, scale, zero_point) | (qscheme, scales, zero_points, axis), …)`. */
function quantized({ args }: PyCall, name: string): RawComposed {
  const [storage = null, offset = null, size = null, stride = null, parameters = null] = args;
  const [scheme = null, scale = null, zeroPoint = null, axis] = itemsOf(parameters);
  const layout = typeof scheme === 'object' && scheme?.kind === 'global' ? scheme.name : null;
  const type = storageClass(storage);
  if (layout === null || !Object.hasOwn(integerTypes, type))
    throw broken(name, 'is quantized by torch.ao in a way that is not known');
  const integers = call(global('torch._utils', '_rebuild_tensor'), storage, offset, size, stride);
  const many = axis !== undefined;
  return {
    kind: 'composed',
    layout: `torch.${layout}`,
    dtype: integerTypes[type] ?? type,
    size,
    parts: [
      ['int_repr', integers],
      [many ? 'scales' : 'scale', scale],
      [many ? 'zero_points' : 'zero_point', zeroPoint],
      ...(many ? [['axis', axis] as const] : []),
    ],
  };
}

function storageClass(storage: PickleValue): string {
  const id = typeof storage === 'object' && storage?.kind === 'persistent' ? itemsOf(storage.id) : [];
  const type = id[1];
  return typeof type === 'object' && type?.kind === 'global' ? type.name : '';
}

function nested({ args: [buffer = null, sizes = null, strides = null, offsets = null] }: PyCall): RawComposed {
  return {
    kind: 'composed',
    layout: 'torch.nested',
    dtype: null,
    size: null,
    parts: [
      ['buffer', buffer],
      ['sizes', sizes],
      ['strides', strides],
      ['offsets', offsets],
    ],
  };
}

function itemsOf(value: PickleValue): readonly PickleValue[] {
  return typeof value === 'object' && value?.kind === 'tuple' ? value.items : [];
}

function broken(name: string, what: string): InputError {
  return new InputError('UNSUPPORTED', `The tensor “${name}” ${what}.`, {
    remedy: 'Save the model with plain, dense tensors.',
  });
}
