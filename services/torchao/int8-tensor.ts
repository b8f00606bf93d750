import type { Dtype } from '#engine/formats/dtype.ts';
import { call, dict, global, list, tensor, tuple } from '#engine/formats/pth/pickle/build.ts';
import type { PickleValue, TensorStorage } from '#engine/formats/pth/pickle/value.ts';

export type Int8TensorParts = {
  /** Dtype of the weight that was quantized; torch shows it as the tensor's own. */
  readonly dtype: Dtype;
  readonly rows: number;
  readonly cols: number;
  /** int8 [rows, cols] */
  readonly qdata: TensorStorage;
  /** float32 [rows, 1] */
  readonly scale: TensorStorage;
};

/**
 * torchao's `Int8Tensor` as version 0.18.0 pickles it: a wrapper subclass with its nine attributes, in their
 * order, one scale a row. torchao 0.15 and later load it with `weights_only=True`.
 * Source: torch/_tensor.py `__reduce_ex__`, torchao/quantization/quantize_/workflows/int8/int8_tensor.py.
 */
export function int8Tensor({ dtype, rows, cols, qdata, scale }: Int8TensorParts): PickleValue {
  const state = dict([
    ['qdata', tensor([rows, cols], qdata)],
    ['scale', tensor([rows, 1], scale)],
    ['block_size', list(1, cols)],
    ['zero_point', tensor([rows, 1], zeros(rows))],
    ['act_quant_kwargs', null],
    ['act_quant_scale', null],
    ['act_quant_zero_point', null],
    ['act_pre_scale', null],
    ['reduce_range', false],
  ]);
  const wrapper = [
    int8TensorClass,
    global('torch', dtype),
    tuple(rows, cols),
    tuple(cols, 1),
    0,
    call(global('torch.serialization', '_get_layout'), 'torch.strided'),
    call(global('torch', 'device'), 'cpu'),
    false,
  ] as const satisfies readonly PickleValue[];
  return call(
    global('torch._tensor', '_rebuild_from_type_v2'),
    global('torch._utils', '_rebuild_wrapper_subclass'),
    int8TensorClass,
    tuple(...wrapper),
    state,
  );
}

const int8TensorClass = global('torchao.quantization', 'Int8Tensor');

function zeros(length: number): TensorStorage {
  return { dtype: 'int8', length, bytes: async () => new Uint8Array(length) };
}
