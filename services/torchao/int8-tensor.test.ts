import { expect, it } from 'vitest';
import type { PickleValue, TensorStorage } from '#engine/formats/pth/pickle/value.ts';
import { int8Tensor } from './int8-tensor.ts';

const storage = (dtype: TensorStorage['dtype'], length: number): TensorStorage => ({
  dtype,
  length,
  bytes: async () => new Uint8Array(length),
});

it('is pickled as torchao 0.18 pickles it: nine attributes in their order', () => {
  const value = int8Tensor({
    dtype: 'bfloat16',
    rows: 2,
    cols: 3,
    qdata: storage('int8', 6),
    scale: storage('float32', 2),
  });
  expect(python(value)).toBe(
    'torch._tensor._rebuild_from_type_v2(torch._utils._rebuild_wrapper_subclass, torchao.quantization.Int8Tensor, ' +
      '(torchao.quantization.Int8Tensor, torch.bfloat16, (2, 3), (3, 1), 0, ' +
      "torch.serialization._get_layout('torch.strided'), torch.device('cpu'), False), " +
      "{'qdata': int8(2, 3), 'scale': float32(2, 1), 'block_size': [1, 3], 'zero_point': int8(2, 1), " +
      "'act_quant_kwargs': None, 'act_quant_scale': None, 'act_quant_zero_point': None, 'act_pre_scale': None, " +
      "'reduce_range': False})",
  );
});

/** The value as Python would print the calls that make it. */
function python(value: PickleValue): string {
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'string') return `'${value}'`;
  if (typeof value !== 'object') return String(value);
  const list = (items: readonly PickleValue[]) => items.map(python).join(', ');
  switch (value.kind) {
    case 'global':
      return `${value.module}.${value.name}`;
    case 'call':
      return `${python(value.callee)}(${list(value.args)})`;
    case 'tuple':
      return `(${list(value.items)})`;
    case 'list':
      return `[${list(value.items)}]`;
    case 'dict':
      return `{${value.entries.map(([key, entry]) => `${python(key)}: ${python(entry)}`).join(', ')}}`;
    case 'tensor':
      return `${value.storage.dtype}(${value.shape.join(', ')})`;
    default:
      throw new Error(`a ${value.kind} is no part of an Int8Tensor`);
  }
}
