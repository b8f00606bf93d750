import { expect, it } from 'vitest';
import type { TensorStorage } from '#engine/formats/pth/pickle/value.ts';
import { flatTensors } from './flat-tensors.ts';

const storage = (dtype: TensorStorage['dtype'], length: number): TensorStorage => ({ dtype, length });

const int8 = {
  kind: 'int8',
  dtype: 'float32',
  rows: 3,
  cols: 4,
  block: { rows: 1, cols: 4 },
  qdata: storage('int8', 12),
  scale: storage('float32', 3),
  zeroPoint: storage('int8', 3),
  attributes: 'torchao-0.18',
} as const;

/** As torchao 0.18.0 flattens Sequential(Linear(4, 3)): `flatten_tensor_state_dict`. */
it('weights become tensors and descriptions that torchao puts together again', () => {
  const float8 = { ...int8, kind: 'fp8_e4m3fn', qdata: storage('float8_e4m3fn', 12), zeroPoint: null } as const;
  const bias = storage('float32', 3);
  const { tensors, metadata } = flatTensors([
    { kind: 'quantized', name: '0.weight', weight: int8 },
    { kind: 'plain', name: '0.bias', tensor: { kind: 'tensor', shape: [3], storage: bias } },
    { kind: 'quantized', name: '1.weight', weight: float8 },
    { kind: 'plain', name: 'cls_token', tensor: { kind: 'tensor', shape: [3], storage: bias } },
  ]);
  expect(tensors.map(({ name, shape }) => `${name} ${shape}`)).toEqual([
    '0._weight_qdata 3,4',
    '0._weight_scale 3,1',
    '0._weight_zero_point 3,1',
    '0.bias 3',
    '1._weight_qdata 3,4',
    '1._weight_scale 3,1',
    'cls_token 3',
  ]);
  const dtype = { _type: 'torch.dtype', _data: 'float32' };
  expect(Object.fromEntries([...metadata].map(([name, text]) => [name, JSON.parse(text)]))).toEqual({
    '0.weight': {
      _type: 'Int8Tensor',
      _data: { act_quant_kwargs: null, reduce_range: false, block_size: [1, 4], dtype },
      _tensor_data_names: ['zero_point', 'qdata', 'scale'],
    },
    '0.bias': { _type: 'Tensor' },
    '1.weight': {
      _type: 'Float8Tensor',
      _data: {
        block_size: [1, 4],
        mm_config: null,
        act_quant_kwargs: null,
        kernel_preference: { _type: 'KernelPreference', _data: 'AUTO' },
        dtype,
      },
      _tensor_data_names: ['qdata', 'scale'],
    },
    tensor_names: ['0.weight', '0.bias', '1.weight'],
  });
});

it('a tensor that has the name of a part already is refused', () => {
  const bias = { kind: 'tensor', shape: [3], storage: storage('float32', 3) } as const;
  expect(() =>
    flatTensors([
      { kind: 'quantized', name: 'fc.weight', weight: int8 },
      { kind: 'plain', name: 'fc._weight_scale', tensor: bias },
    ]),
  ).toThrow('The .safetensors would have two tensors of the name “fc._weight_scale”.');
});
