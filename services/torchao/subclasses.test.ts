import { expect, it } from 'vitest';
import type { PickleValue, TensorStorage } from '#engine/formats/pth/pickle/value.ts';
import { float8Tensor } from './float8-tensor.ts';
import { int8Tensor } from './int8-tensor.ts';
import type { QuantizedWeight } from './quantized-weight.ts';

const storage = (dtype: TensorStorage['dtype'], length: number): TensorStorage => ({
  dtype,
  length,
});

const outside = (name: string) =>
  `torch._tensor._rebuild_from_type_v2(torch._utils._rebuild_wrapper_subclass, torchao.quantization.${name}, ` +
  `(torchao.quantization.${name}, torch.bfloat16, (2, 6), (6, 1), 0, ` +
  "torch.serialization._get_layout('torch.strided'), torch.device('cpu'), False), ";

const weight = {
  kind: 'int8',
  dtype: 'bfloat16',
  rows: 2,
  cols: 6,
  block: { rows: 1, cols: 3 },
  qdata: storage('int8', 12),
  scale: storage('float32', 4),
  zeroPoint: storage('int8', 4),
  attributes: 'torchao-0.18',
} as const satisfies QuantizedWeight;

const eight =
  "{'qdata': int8(2, 6), 'scale': float32(2, 2), 'block_size': [1, 3], 'zero_point': int8(2, 2), " +
  "'act_quant_kwargs': None, 'act_quant_scale': None, 'act_quant_zero_point': None, 'act_pre_scale': None";

it('Int8Tensor is pickled as torchao 0.18 pickles it: nine attributes in their order', () => {
  expect(python(int8Tensor(weight))).toBe(`${outside('Int8Tensor')}${eight}, 'reduce_range': False})`);
});

it('Int8Tensor of older releases has eight', () => {
  expect(python(int8Tensor({ ...weight, attributes: 'older' }))).toBe(`${outside('Int8Tensor')}${eight}})`);
});

it('Float8Tensor has six attributes, its preference by value', () => {
  const qdata = storage('float8_e5m2', 12);
  expect(python(float8Tensor({ ...weight, kind: 'fp8_e5m2', qdata, zeroPoint: null }))).toBe(
    `${outside('Float8Tensor')}{'qdata': float8_e5m2(2, 6), 'scale': float32(2, 2), 'block_size': [1, 3], ` +
      "'mm_config': None, 'act_quant_kwargs': None, 'kernel_preference': " +
      "torchao.quantization.quantize_.common.kernel_preference.KernelPreference('auto')})",
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
      throw new Error(`a ${value.kind} is no part of these`);
  }
}
